/** Google's own words for what goes wrong, to be answered in place of the sandbox's answer. */
import type { CannedAnswer, Mishap } from '../../sandbox/emulator.ts';
import { invalid, Refusal, refusalBody } from './answer.ts';

const QUOTA = 'IngestionMutateRequestsPerMinutePerProject';

/**
 * The answer for a mishap. A `token-expired` met once is healed by a new token, as it is at Google;
 * it has to be met twice to be one. That Google sends RetryInfo along with 429 is unconfirmed.
 */
export function says(mishap: Mishap, now: Date): CannedAnswer {
  const refusal = refusalFor(mishap);
  return {
    status: refusal.details.status,
    headers: { 'content-type': 'application/json; charset=UTF-8', date: now.toUTCString() },
    body: JSON.stringify(refusalBody(refusal, 't-sandbox-mishap')),
  };
}

function refusalFor(mishap: Mishap): Refusal {
  switch (mishap) {
    case 'throttled':
      return overQuota('60s');
    case 'throttled-silently':
      return overQuota();
    case 'server-error':
      return new Refusal('The service is currently unavailable.', {
        status: 503,
        rpc: 'UNAVAILABLE',
      });
    case 'token-expired':
      return new Refusal('Request had invalid authentication credentials.', {
        status: 401,
        rpc: 'UNAUTHENTICATED',
        reason: 'ACCESS_TOKEN_EXPIRED',
      });
    case 'forbidden':
      return new Refusal('The caller does not have permission', {
        status: 403,
        rpc: 'PERMISSION_DENIED',
        reason: 'PERMISSION_DENIED',
      });
    case 'terms-not-accepted':
      return invalid({
        field: 'destinations.destinations[0]',
        reason: 'TERMS_AND_CONDITIONS_NOT_SIGNED',
        description: 'The terms and conditions are not signed.',
      });
    case 'refused':
      return invalid({
        field: 'audience_members',
        reason: 'INVALID_ARGUMENT',
        description: 'Not a request that is taken.',
      });
  }
}

function overQuota(retryDelay?: string): Refusal {
  return new Refusal(`Quota exceeded for quota limit '${QUOTA}'.`, {
    status: 429,
    rpc: 'RESOURCE_EXHAUSTED',
    reason: 'RATE_LIMIT_EXCEEDED',
    metadata: { quota_limit: QUOTA, service: 'datamanager.googleapis.com' },
    ...(retryDelay === undefined ? {} : { retryDelay }),
  });
}
