/** When and how often a batch is sent again. */
import { ConnectorFailure } from '../../connectors/connector.ts';
import { sleepUntilStopped } from '../infra/clock.ts';
import type { Clock } from '../infra/clock.ts';
import { NotNow } from './wait.ts';

/** Attempts per batch and run; the next run picks up what is left. */
const ATTEMPTS = 5;
const BASE_MS = 500;
const CAP_MS = 60_000;

/**
 * Milliseconds to wait before the next attempt, or null to give up for this run. Full jitter over
 * an exponential cap keeps workers from coming back in step (Brooker, "Exponential Backoff And
 * Jitter", AWS Architecture Blog, 2015); a wait that the platform asked for is kept exactly.
 *
 * @param attempt how many attempts were made, from 1
 * @param random a number in [0, 1)
 */
export function retryDelay(
  failure: ConnectorFailure,
  attempt: number,
  random: number,
): number | null {
  if (!failure.healsItself || failure instanceof NotNow || attempt >= ATTEMPTS) return null;
  // The account's budget has learnt of a throttle, and lets the next request stand by for it.
  if (failure.kind === 'throttled') return 0;
  if (failure.retryAfterMs !== undefined) {
    return failure.retryAfterMs <= CAP_MS ? failure.retryAfterMs : null;
  }
  return Math.floor(random * Math.min(CAP_MS, BASE_MS * 2 ** attempt));
}

export interface RetryOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly random: () => number;
  /** Aborted when waiting is no use any more, since this process is to end. */
  readonly stopping?: AbortSignal | undefined;
  /** Told before each pause. */
  readonly onRetry?: (failure: ConnectorFailure, attempt: number, waitMs: number) => void;
}

/**
 * Makes a request until it succeeds, a person is needed, or the attempts are used up.
 *
 * @throws the last ConnectorFailure; the signal's reason when aborted.
 */
export async function withRetries<T>(
  request: () => Promise<T>,
  { clock, signal, random, stopping, onRetry }: RetryOptions,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      return await request();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ConnectorFailure)) throw error;
      const wait = retryDelay(error, attempt, random());
      if (wait === null || stopping?.aborted === true) throw error;
      onRetry?.(error, attempt, wait);
      await sleepUntilStopped(clock, wait, signal, stopping);
    }
  }
}
