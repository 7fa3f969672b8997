import type { MiddlewareHandler } from 'hono';
import type { SandboxClock } from '../../sandbox/emulator.ts';
import { failed } from './answers.ts';

/** X's limits for each audience endpoint (X docs, rate limiting): a number per window. */
export const WRITES_PER_WINDOW = 1500;
export const WRITE_WINDOW_MS = 60_000;
export const READS_PER_WINDOW = 2000;
export const READ_WINDOW_MS = 15 * 60_000;

/** What the user level shows on endpoints with a limit for the account: a figure that never binds. */
const USER_LEVEL_READS = 100_000;

/**
 * Counts requests per window of the sandbox clock and says so in X's headers; reads carry the
 * account's headers too. Answers 429 over the limit only when told to `enforce` it.
 */
export function rateWindows(clock: SandboxClock, enforce: boolean): MiddlewareHandler {
  const counts = new Map<string, { window: number; used: number }>();

  return async (context, next) => {
    const isRead = context.req.method === 'GET';
    const limit = isRead ? READS_PER_WINDOW : WRITES_PER_WINDOW;
    const lengthMs = isRead ? READ_WINDOW_MS : WRITE_WINDOW_MS;
    const window = Math.floor(clock.now().getTime() / lengthMs);
    // Each endpoint has its own window, whatever list is asked for.
    const route = context.req.path.replace(
      /(custom_audiences|do_not_reach_lists)\/[^/]+/,
      '$1/:id',
    );
    const endpoint = `${context.req.method} ${route}`;

    const last = counts.get(endpoint);
    const used = (enforce && last?.window === window ? last.used : 0) + 1;
    counts.set(endpoint, { window, used });

    const reset = ((window + 1) * lengthMs) / 1000;
    const show = (prefix: string, most: number) => {
      context.header(`${prefix}-limit`, String(most));
      context.header(`${prefix}-remaining`, String(Math.max(0, most - used)));
      context.header(`${prefix}-reset`, String(reset));
    };
    if (isRead) show('x-account-rate-limit', limit);
    show('x-rate-limit', isRead ? USER_LEVEL_READS : limit);

    if (used <= limit) return next();
    return failed(context, 429, [{ code: 'TOO_MANY_REQUESTS', message: 'Too many requests' }]);
  };
}
