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

/**
 * Of some lines, on the night that a zone changes its clocks by half an hour, the library finds no end.
 * A day later it does.
 */
function walk(line: string, timezone: string, since: Date, now: Date): Passed | null {
  try {
    return walkFrom(line, timezone, since, now);
  } catch {
    const dayLater = new Date(since.getTime() + DAY_MS);
    return dayLater > now ? null : walkFrom(line, timezone, dayLater, now);
  }
}

const DAY_MS = 86_400_000;

function walkFrom(line: string, timezone: string, since: Date, now: Date): Passed | null {
  const slots = CronExpressionParser.parse(line, { tz: timezone, currentDate: since });
  let latest: Date | null = null;
  let count = 0;
  for (; count < MOST_COUNTED; count += 1) {
    const slot = slots.next().toDate();
    if (slot > now) break;
    latest = slot;
  }
  return latest === null ? null : { latest, count };
}

/** The first slot of a schedule after a moment. */
export function nextSlot(line: string, timezone: string, after: Date): Date {
  return CronExpressionParser.parse(line, { tz: timezone, currentDate: after }).next().toDate();
}
