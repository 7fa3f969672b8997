/** What X's rate-limit headers say of a budget. */
import type { Usage } from '../connector.ts';
import type { Headers } from './answer.ts';
import { skewOf } from './clock-skew.ts';

/**
 * X's two levels of limits. The ad account's counts before the user's wherever X sends it, since
 * the user's is then a figure for the whole application (X docs, rate limiting).
 */
const LEVELS = ['x-account-rate-limit', 'x-rate-limit'] as const;

/**
 * How much of the window's requests is used up, and when the next window starts, where that lies
 * ahead; undefined where the headers do not tell.
 */
export function usageOf(headers: Headers, now: Date): Usage | undefined {
  for (const level of LEVELS) {
    const limit = numberIn(headers[`${level}-limit`]);
    const remaining = numberIn(headers[`${level}-remaining`]);
    if (limit === undefined || remaining === undefined) continue;
    const resetMs = untilReset(headers, level, now);
    return {
      used: limit === 0 ? 1 : Math.max(0, 1 - remaining / limit),
      ...(resetMs !== undefined && { resetMs }),
    };
  }
  return undefined;
}

/**
 * Milliseconds until X takes requests again: the reset of the account, else of the user, else a
 * plain `retry-after`; undefined where X does not say, of which a moment that is over is one case.
 */
export function waitOf(headers: Headers, now: Date): number | undefined {
  for (const level of LEVELS) {
    const resetMs = untilReset(headers, level, now);
    if (resetMs !== undefined) return resetMs;
  }
  return retryAfterOf(headers);
}

/** Milliseconds that `retry-after` asks for, which X gives in seconds; undefined for none. */
export function retryAfterOf(headers: Headers): number | undefined {
  const seconds = numberIn(headers['retry-after']);
  return seconds === undefined || seconds === 0 ? undefined : seconds * 1000;
}

/**
 * X gives resets in seconds since 1970, by its own clock: they are counted from the date of the
 * answer where it bears one, since ours may be off.
 */
function untilReset(
  headers: Headers,
  level: (typeof LEVELS)[number],
  now: Date,
): number | undefined {
  const epochSeconds = numberIn(headers[`${level}-reset`]);
  if (epochSeconds === undefined) return undefined;
  const theirs = now.getTime() - (skewOf(headers, now) ?? 0);
  const ms = epochSeconds * 1000 - theirs;
  return ms > 0 ? ms : undefined;
}

function numberIn(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d{1,12}$/.test(header) ? Number(header) : undefined;
}
