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
    try {
      await wait(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      // Node wraps the reason in an error of its own.
      throw signal?.aborted === true ? signal.reason : error;
    }
  },
};

/**
 * Sleeps, and wakes early when `stopping` aborts, which is no error.
 *
 * @throws the reason of `signal` when that aborts.
 */
export async function sleepUntilStopped(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  stopping: AbortSignal | undefined,
): Promise<void> {
  if (stopping === undefined) return clock.sleep(ms, signal);
  try {
    await clock.sleep(ms, AbortSignal.any([signal, stopping]));
  } catch (error) {
    signal.throwIfAborted();
    if (!stopping.aborted) throw error;
  }
}

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
  const [, day, time] = /^(\d{4}-\d{2}-\d{2})(T.*(?:Z|[+-]\d{2}:?\d{2}))?$/.exec(text) ?? [];
  if (day === undefined || !isDay(day)) return undefined;
  if (time === undefined) return endOfDay(day, timezone);
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/** `Date` reads the 30th of February as a day in March. */
function isDay(day: string): boolean {
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
}

const DAY_MS = 86_400_000;

/**
 * The last millisecond that a zone's calendar counts to a day. Where clocks change that night, both
 * offsets are tried: the later end is taken when the hour before midnight comes twice, and the end
 * of what there was when it, or the whole day, is left out.
 */
function endOfDay(day: string, timezone: string): Date {
  const wallEnd = Date.parse(`${day}T23:59:59.999Z`);
  const offsets = [wallEnd - DAY_MS, wallEnd + DAY_MS].map((at) => offsetMs(at, timezone));
  const ends = offsets
    .map((offset) => wallEnd - offset)
    .filter((end) => wallEnd - end === offsetMs(end, timezone));
  return new Date(ends.length > 0 ? Math.max(...ends) : wallEnd - Math.max(...offsets));
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
