/** Moments as people read them, in the zone that is set, with its offset, so that none is ambiguous. */

/** `2026-11-22 03:10 UTC+09:00` */
export function momentIn(timezone: string): (at: Date) => string {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'longOffset',
  });
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const part = (name: Intl.DateTimeFormatPartTypes): string => parts.get(name) ?? '';
    const offset = part('timeZoneName').replace('GMT', 'UTC').replace('+00:00', '');
    return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')} ${offset}`;
  };
}
