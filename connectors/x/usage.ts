/** What X's rate-limit headers say of a budget. */
import type { Usage } from '../connector.ts';
import type { Headers } from './answer.ts';

/**
 * X's two levels of limits. The ad account's counts before the user's wherever X sends it, since
 * the user's is then a figure for the whole application (X docs, rate limiting).
 */
const LEVELS = ['x-account-rate-limit', 'x-rate-limit'] as const;

/**
 * How much of the window's requests is used up, and when the next window starts; undefined where
 * the headers do not tell.
 */
export function usageOf(headers: Headers, now: Date): Usage | undefined {
  for (const level of LEVELS) {
    const limit = numberIn(headers[`${level}-limit`]);
    const remaining = numberIn(headers[`${level}-remaining`]);
    if (limit === undefined || remaining === undefined) continue;
    const resetMs = untilReset(headers[`${level}-reset`], now);
    return {
      used: limit === 0 ? 1 : Math.max(0, 1 - remaining / limit),
      ...(resetMs !== undefined && { resetMs }),
    };
  }
  return undefined;
}

/**
 * Milliseconds until X takes requests again: the reset of the account, else of the user, else a
 * plain `retry-after` in seconds; undefined where X does not say.
 */
export function waitOf(headers: Headers, now: Date): number | undefined {
  for (const level of LEVELS) {
    const resetMs = untilReset(headers[`${level}-reset`], now);
    if (resetMs !== undefined) return resetMs;
  }
  const seconds = numberIn(headers['retry-after']);
  return seconds === undefined ? undefined : seconds * 1000;
}

/** X gives resets in seconds since 1970. */
function untilReset(header: string | string[] | undefined, now: Date): number | undefined {
  const epochSeconds = numberIn(header);
  return epochSeconds === undefined ? undefined : Math.max(0, epochSeconds * 1000 - now.getTime());
}

function numberIn(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d{1,12}$/.test(header) ? Number(header) : undefined;
}
