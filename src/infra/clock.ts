/** Time as an input: steps ask a clock, never the machine. */
import { setTimeout as wait } from 'node:timers/promises';

export interface Clock {
  now(): Date;
  /** Waits in the clock's own time. Ends early, with the signal's reason, when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's time. */
export const systemClock: Clock = {
  now: () => new Date(),
  async sleep(ms, signal) {
    await wait(ms, undefined, signal === undefined ? {} : { signal });
  },
};

/**
 * A clock that stands at `at`, for `--as-of`, the demo and tests. Sleeping does not move it, so
 * that a run carries one date throughout; it really waits, since the machine on the other side
 * needs the time.
 */
export function fixedClock(at: Date): Clock & { set(at: Date): void } {
  let now = at;
  return {
    now: () => new Date(now.getTime()),
    sleep: (ms, signal) => systemClock.sleep(ms, signal),
    set(next) {
      now = next;
    },
  };
}

/**
 * The moment that `--as-of` means: an ISO date stands for the end of that day in `timezone`, so
 * that the day's purchases count; a full timestamp stands for itself. Undefined where the text is
 * neither, or the day does not exist.
 */
export function parseAsOf(text: string, timezone: string): Date | undefined {
  const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (day === null) {
    if (!/^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:?\d{2})$/.test(text)) return undefined;
    const at = new Date(text);
    return Number.isNaN(at.getTime()) ? undefined : at;
  }
  const utcEnd = Date.parse(`${text}T23:59:59.999Z`);
  if (Number.isNaN(utcEnd) || new Date(utcEnd).toISOString().slice(0, 10) !== text) return undefined;
  return new Date(utcEnd - offsetMs(utcEnd, timezone));
}

/** How far the wall clock of `timezone` is ahead of UTC at a moment, in milliseconds. */
function offsetMs(at: number, timezone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at);
  const read = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  const wall = Date.UTC(
    read('year'),
    read('month') - 1,
    read('day'),
    read('hour'),
    read('minute'),
    read('second'),
  );
  return wall - Math.floor(at / 1000) * 1000;
}
