/**
 * What Meta says of an audience's size, read with care: it gives no match rate, only coarse bounds
 * for the people that the list leads to. Source: Custom Audience reference (status codes).
 */
import { ConnectorFailure } from '../connector.ts';
import type { Audience, ConnectorContext, MatchReading } from '../connector.ts';
import { readSize } from './api.ts';
import type { AudienceSize } from './api.ts';

/** Changes show "usually up to 24 hours" after the upload. */
const PROCESSING_MS = 24 * 60 * 60 * 1000;

/** Sizes up to here are shown as "below 1,000", so as a number they say nothing. */
export const DISPLAY_FLOOR = 1000;

/** What a size counts. */
export const MEANING = 'people on Meta whom the list leads to, as the range that Meta rounds it to';

const TOO_SMALL = 300;
const BEING_BUILT = new Set([414, 432, 441]);
/** Operation states in which a size, if there is one, does not describe the list. */
const STOPPED = new Set([410, 415, 450, 470, 471, 500]);

/** The size of an audience now. An audience that is no longer there is a reading, not a failure. */
export async function readMatch(
  context: ConnectorContext,
  audience: Audience,
): Promise<MatchReading> {
  try {
    return readingOf(await readSize(context, audience.remoteId), context.now());
  } catch (error) {
    if (!(error instanceof ConnectorFailure) || error.kind !== 'gone') throw error;
    return unknown('gone', 'The audience is no longer on Meta, or the token no longer sees it.');
  }
}

/** What a size means at the given time. */
export function readingOf(size: AudienceSize, now: Date): MatchReading {
  const { approximate_count_lower_bound: lower, approximate_count_upper_bound: upper } = size;
  const operation = size.operation_status;
  if (operation !== undefined && STOPPED.has(operation.code)) {
    return unknown('not-reported', `Meta says of the audience: ${said(operation)}.`);
  }
  if (operation !== undefined && BEING_BUILT.has(operation.code)) {
    return unknown('processing', `Meta is still building the audience: ${said(operation)}.`);
  }
  if (lower >= 0 && upper > DISPLAY_FLOOR && upper >= lower) {
    return {
      kind: 'count',
      lower,
      upper,
      meaning: MEANING,
    };
  }
  const changedAt = (size.time_content_updated ?? 0) * 1000;
  if (upper < 0 && now.getTime() - changedAt < PROCESSING_MS) {
    return unknown('processing', 'Meta shows a size up to 24 hours after the last upload.');
  }
  if (upper >= 0 || size.delivery_status?.code === TOO_SMALL) {
    return unknown('too-small', 'Meta shows sizes only above 1,000 people.');
  }
  return unknown('not-reported', 'Meta gives no size for this audience.');
}

function said(status: { readonly code: number; readonly description: string }): string {
  return status.description === '' ? `status ${status.code}` : status.description;
}

function unknown(
  reason: Extract<MatchReading, { kind: 'unknown' }>['reason'],
  detail: string,
): MatchReading {
  return { kind: 'unknown', reason, detail };
}
