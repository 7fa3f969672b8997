/** Whether a moment of a file is still to come. */
import type { Moment } from './moments.ts';

/**
 * Judges moments as of `now`: those with an offset by themselves, the others by what the clocks of
 * `timezone` show. In the hour that a clock change repeats, a moment up to an hour ahead may pass.
 */
export function stillToCome(now: Date, timezone: string): (moment: Moment) => boolean {
  // Asked for once it is needed, since the zone is checked by then.
  let wallNow: string | undefined;
  return ({ at, exact }) => {
    if (exact) return Date.parse(at.replace(' ', 'T')) > now.getTime();
    wallNow ??= wallClock(now, timezone);
    return at > wallNow;
  };
}

/** What the clocks of a zone show, in the form of `Moment.at`. */
function wallClock(at: Date, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
  });
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}:${part('second')}.${part('fractionalSecond')}`;
}
