/** What X says of an audience as a whole. Source: Ads API reference, audiences, custom audiences. */
import { ConnectorFailure } from '../connector.ts';
import type {
  Audience,
  ConnectorContext,
  ListCondition,
  ListReading,
  ListSize,
} from '../connector.ts';
import { readAudience } from './api.ts';
import type { RemoteAudience } from './api.ts';

/** X processes a change within 6 to 8 hours. */
const LAG_MS = 8 * 60 * 60 * 1000;

/** Matched people, active in the last 90 days, from which an audience shows its size. */
const SHOWN_FROM = 100;

const MEANING = 'people active in the last 90 days';

/** What X says of an audience now. One that was deleted is a reading, not a failure. */
export async function readList(
  context: ConnectorContext,
  audience: Audience,
): Promise<ListReading> {
  try {
    const found = await readAudience(context, audience.remoteId);
    if (found.deleted === true) return GONE;
    return {
      there: true,
      name: found.name,
      condition: conditionOf(found),
      size: sizeOf(found),
      sizeLagMs: LAG_MS,
      // Members lapse one by one, at the moment that each request names.
      lifetimeDays: null,
    };
  } catch (error) {
    if (error instanceof ConnectorFailure && error.kind === 'gone') return GONE;
    throw error;
  }
}

const GONE: ListReading = { there: false, detail: 'The audience is no longer on X.' };

/**
 * Whether line items can target an audience. X documents two reasons why not, and shows an audience
 * that has none and cannot be targeted all the same.
 */
export function conditionOf(found: RemoteAudience): ListCondition {
  const reasons = found.reasons_not_targetable;
  if (found.targetable === true) return { kind: 'usable' };
  if (found.targetable === undefined && reasons.length === 0) {
    return { kind: 'not-told', detail: 'X does not say whether the audience can be targeted.' };
  }
  if (reasons.includes('PROCESSING')) {
    const detail = 'X is still processing the audience, which takes 6 to 8 hours.';
    return { kind: 'processing', detail };
  }
  if (reasons.includes('TOO_SMALL')) {
    return {
      kind: 'too-small',
      code: 'TOO_SMALL',
      detail: `X knows fewer than ${SHOWN_FROM} of the people who were active in the last 90 days.`,
      nextStep: 'Choose a larger segment, or send more kinds of identifiers.',
    };
  }
  const unusable = {
    kind: 'unusable',
    code: reasons[0] ?? 'NOT_TARGETABLE',
    detail: `X says that the audience cannot be targeted${reasons.length === 0 ? ', and not why' : `: ${reasons.join(', ')}`}.`,
    nextStep: 'Look at the audience in X Ads, or ask X support with its id.',
  } as const;
  return reasons.length === 0 ? { ...unusable, passing: true } : unusable;
}

function sizeOf(found: RemoteAudience): ListSize {
  if (found.audience_size !== null) {
    const { audience_size: people } = found;
    return { kind: 'people', lower: people, upper: people, meaning: MEANING };
  }
  const reasons = found.reasons_not_targetable;
  // While it is processed for the first time both reasons stand there.
  const shownFrom = { people: SHOWN_FROM, meaning: MEANING };
  if (reasons.includes('PROCESSING')) {
    return { kind: 'unknown', detail: 'X shows no size while it is processing the audience.' };
  }
  return reasons.includes('TOO_SMALL')
    ? { kind: 'below', ...shownFrom }
    : { kind: 'unknown', detail: 'X shows no size of the audience.', shownFrom };
}
