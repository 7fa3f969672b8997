/**
 * What Meta says of an audience as a whole. Source: Custom Audience reference (`operation_status`,
 * `delivery_status`, `retention_days`).
 */
import { ConnectorFailure } from '../connector.ts';
import type {
  Audience,
  ConnectorContext,
  ListCondition,
  ListReading,
  ListSize,
} from '../connector.ts';
import { readState } from './api.ts';
import type { AudienceState, AudienceStatus } from './api.ts';
import { DISPLAY_FLOOR, MEANING, readingOf } from './match.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Changes show "usually up to 24 hours" after the upload. */
const LAG_MS = DAY_MS;

const TOO_SMALL = 300;
const BEING_BUILT = new Set([414, 432, 441]);

const WARNINGS: Readonly<Record<number, string>> = {
  100: 'Use the audience in an ad set: Meta deletes what no active ad set has used for two years.',
  400: 'Look at the audience in Audience Manager.',
  411: 'Compare what is sent with rekindle hash --platform meta: few of the people are known to Meta.',
  412: 'Compare what is sent with rekindle hash --platform meta: Meta found many entries malformed.',
};

/** Nobody received yet, and a list not written anew to its end: so is any that is just being sent. */
const PASSING = new Set([410, 415]);

const STOPPED: Readonly<Record<number, string>> = {
  410: 'Run the sync: Meta has received nobody for the audience.',
  415: 'Run the sync again with --replace: Meta did not finish writing the list anew.',
  450: 'Put the audience into an active ad set, or rebuild it with rekindle resync.',
  470: 'Have the ad account that owns the audience activated.',
  471: 'Appeal in Audience Manager, or choose another audience name: the integrity rules caught it.',
  500: 'Ask Meta support, or delete the audience there and rebuild it with rekindle resync.',
};

/** What Meta says of an audience now. One that is no longer there is a reading, not a failure. */
export async function readList(
  context: ConnectorContext,
  audience: Audience,
): Promise<ListReading> {
  try {
    const state = await readState(context, audience.remoteId);
    return {
      there: true,
      name: state.name,
      condition: conditionOf(state, context.now()),
      size: sizeOf(state, context.now()),
      sizeLagMs: LAG_MS,
      lifetimeDays: state.retention_days > 0 ? state.retention_days : null,
    };
  } catch (error) {
    if (!(error instanceof ConnectorFailure) || error.kind !== 'gone') throw error;
    const detail = 'The audience is no longer on Meta, or the token no longer sees it.';
    return { there: false, detail };
  }
}

/** Whether ads can go by an audience: what stops it first, then what Meta warns of. */
export function conditionOf(state: AudienceState, now: Date): ListCondition {
  const { operation_status: operation, delivery_status: delivery } = state;
  const stopped = operation === undefined ? undefined : STOPPED[operation.code];
  if (operation !== undefined && stopped !== undefined) {
    const condition = found('unusable', operation, stopped);
    return PASSING.has(operation.code) ? { ...condition, passing: true } : condition;
  }
  if (operation !== undefined && BEING_BUILT.has(operation.code)) {
    return { kind: 'processing', detail: `Meta is still building it: ${said(operation)}.` };
  }
  if (delivery?.code === TOO_SMALL) {
    const changedAt = (state.time_content_updated ?? 0) * 1000;
    if (now.getTime() - changedAt < LAG_MS) {
      const detail = 'Meta shows up to 24 hours after the last upload whether it can be used.';
      return { kind: 'processing', detail };
    }
    return found(
      'too-small',
      delivery,
      'Choose a larger segment, or send more kinds of identifiers: too few people are known to Meta.',
    );
  }
  if (delivery !== undefined && delivery.code >= 400) {
    return found('unusable', delivery, 'Look at the audience in Audience Manager.');
  }
  const warning = operation === undefined ? undefined : WARNINGS[operation.code];
  if (operation !== undefined && warning !== undefined) return found('warned', operation, warning);
  return delivery === undefined && operation === undefined
    ? { kind: 'not-told', detail: 'Meta gives no status for this audience.' }
    : { kind: 'usable' };
}

/** A size is what can be read as a match figure. One that is not above 1,000 is hidden. */
export function sizeOf(state: AudienceState, now: Date): ListSize {
  const reading = readingOf(state, now);
  const shownFrom = { people: DISPLAY_FLOOR + 1, meaning: MEANING };
  if (reading.kind === 'unknown') {
    const { reason, detail } = reading;
    if (reason === 'too-small') return { kind: 'below', ...shownFrom };
    // A list that Meta stopped may show none whatever its size is.
    const stopped = state.operation_status !== undefined && state.operation_status.code in STOPPED;
    return reason === 'not-reported' && !stopped
      ? { kind: 'unknown', detail, shownFrom }
      : { kind: 'unknown', detail };
  }
  return {
    kind: 'people',
    lower: reading.lower,
    upper: reading.upper,
    meaning: reading.meaning,
  };
}

type Found = Extract<ListCondition, { readonly nextStep: string }>;

function found(
  kind: 'warned' | 'too-small' | 'unusable',
  status: AudienceStatus,
  nextStep: string,
): Found {
  return { kind, code: String(status.code), detail: `Meta says: ${said(status)}.`, nextStep };
}

function said({ code, description }: AudienceStatus): string {
  return description === '' ? `status ${code}` : description.replace(/\.$/u, '');
}
