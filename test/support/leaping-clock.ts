import type { Clock } from '../../src/infra/clock.ts';

/** A clock on which sleeping takes no time at all: it leaps to the end. */
export function leapingClock(start: Date): Clock & { leap(ms: number): void } {
  let at = start.getTime();
  return {
    now: () => new Date(at),
    sleep(ms, signal) {
      if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
      at += ms;
      return Promise.resolve();
    },
    leap(ms) {
      at += ms;
    },
  };
}
