import { ConnectorFailure } from '../connector.ts';
import type { Audience, ConnectorContext, MatchReading } from '../connector.ts';
import { readAudience } from './api.ts';

/**
 * How many of an audience's members X recognised. X gives a size and no rate, and hides the size
 * while it is processing and below 100 people. A later change does not hide the size again: until
 * X has processed it (6 to 8 hours), the size is of the audience before it.
 */
export async function readMatch(
  context: ConnectorContext,
  audience: Audience,
): Promise<MatchReading> {
  try {
    const found = await readAudience(context, audience.remoteId);
    if (found.deleted === true) return gone;
    if (found.audience_size !== null) {
      return {
        kind: 'count',
        lower: found.audience_size,
        upper: found.audience_size,
        meaning: 'people active in the last 90 days',
      };
    }
    return hidden(found.reasons_not_targetable);
  } catch (error) {
    if (error instanceof ConnectorFailure && error.kind === 'gone') return gone;
    throw error;
  }
}

const gone: MatchReading = {
  kind: 'unknown',
  reason: 'gone',
  detail: 'The audience is no longer on X.',
};

// X documents two reasons; others may come, so an unknown one is passed over, not refused.
function hidden(reasons: readonly string[]): MatchReading {
  if (reasons.includes('PROCESSING')) {
    return {
      kind: 'unknown',
      reason: 'processing',
      detail: 'X is still processing the audience, which takes 6 to 8 hours.',
    };
  }
  if (reasons.includes('TOO_SMALL')) {
    return {
      kind: 'unknown',
      reason: 'too-small',
      detail: 'X shows no size below 100 matched people who were active in the last 90 days.',
    };
  }
  return { kind: 'unknown', reason: 'not-reported', detail: 'X gave no size and no reason.' };
}
