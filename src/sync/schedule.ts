/** When a schedule comes round: the moments of a cron line in a time zone. */
import { CronExpressionParser } from 'cron-parser';

/** Five fields: a run takes minutes, so that seconds have no place in its schedule. */
const FIVE_FIELDS = /^\S+(?:\s+\S+){4}$/u;

/** The library's own letter for a moment that it draws anew each time, which gives a slot no time. */
const DRAWN = /(?:^|[\s,])H/iu;

/** Whether a text is a cron line of five fields that some day comes round. */
export function isSchedule(line: string): boolean {
  if (!FIVE_FIELDS.test(line) || DRAWN.test(line)) return false;
  try {
    CronExpressionParser.parse(line, { tz: 'UTC' }).next();
    return true;
  } catch {
    return false;
  }
}

/** What a schedule came to in a stretch of time. */
export interface Passed {
  /** The last of its slots. */
  readonly latest: Date;
  /** How many there were; `MOST_COUNTED` stands for that many or more. */
  readonly count: number;
}

/** More slots than this are not counted: five minutes apart, they are a week. */
export const MOST_COUNTED = 2_000;

/**
 * The slots of a schedule after `since` and up to `now`; null where there was none.
 *
 * A time of day that a change of clocks leaves out comes an hour later that day; one that comes twice
 * counts once, the first time, unless the line names every hour. Slots are only ever reckoned
 * forwards: backwards, the library knows neither.
 */
export function slotsBetween(
  line: string,
  timezone: string,
  { since, now }: { readonly since: Date; readonly now: Date },
): Passed | null {
  const passed = walk(line, timezone, since, now);
  if (passed === null || passed.count < MOST_COUNTED) return passed;
  // Longer ago than is worth counting: the latest is near.
  const near = RECENT_MS.map((ms) => new Date(now.getTime() - ms))
    .filter((from) => from > since)
    .map((from) => walk(line, timezone, from, now))
    .find((found) => found !== null && found.count < MOST_COUNTED);
  return near === null || near === undefined ? passed : { ...near, count: MOST_COUNTED };
}

/** Hour, day, week: a line with more than 2,000 slots in the longest has some in the shortest. */
const RECENT_MS = [3_600_000, 86_400_000, 7 * 86_400_000];

function walk(line: string, timezone: string, since: Date, now: Date): Passed | null {
  let latest: Date | null = null;
  let count = 0;
  for (const slot of slotsAfter(line, timezone, since)) {
    if (slot > now || count === MOST_COUNTED) break;
    latest = slot;
    count += 1;
  }
  return latest === null ? null : { latest, count };
}

const DAY_MS = 86_400_000;
/** More nights in a row than any zone changes its clocks in. */
const MOST_FAILURES = 3;

/**
 * The slots after a moment, without end. Of some lines, on the night that a zone changes its clocks by
 * half an hour, the library finds none and gives up; a day later it does find some.
 */
function* slotsAfter(line: string, timezone: string, after: Date): Generator<Date, never> {
  let from = after;
  for (let failures = 0; ; failures += 1) {
    const slots = CronExpressionParser.parse(line, { tz: timezone, currentDate: from });
    try {
      for (;;) {
        from = slots.next().toDate();
        failures = 0;
        yield from;
      }
    } catch (error) {
      if (failures === MOST_FAILURES) throw error;
      from = new Date(from.getTime() + DAY_MS);
    }
  }
}

/** The first slot of a schedule after a moment. */
export function nextSlot(line: string, timezone: string, after: Date): Date {
  return slotsAfter(line, timezone, after).next().value;
}
