/** How far this machine's clock is from X's, as the `Date` header of an answer tells. */
import type { Headers } from './answer.ts';

/**
 * From here on a clock counts as wrong. X refuses requests whose timestamp is "too far in the past"
 * and names no figure (X docs, authorizing a request); five minutes is our choice.
 */
export const SKEW_LIMIT_MS = 5 * 60_000;

/** Below this, a request's own time on its way makes the figure worthless. Our choice too. */
export const SKEW_WORTH_TELLING_MS = 30_000;

/** Milliseconds by which `now` is ahead of X's time, negative behind; undefined without a date. */
export function skewOf(headers: Headers, now: Date): number | undefined {
  const { date } = headers;
  const theirs = typeof date === 'string' ? Date.parse(date) : Number.NaN;
  return Number.isNaN(theirs) ? undefined : now.getTime() - theirs;
}

/** Whether a clock that far off cannot be signed with. */
export function isWrong(skewMs: number): boolean {
  return Math.abs(skewMs) > SKEW_LIMIT_MS;
}

/** E.g. "12 minutes ahead of X's". */
export function skewInWords(skewMs: number): string {
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  const [unit, length] = UNITS.find((each) => seconds >= 2 * each[1]) ?? SECONDS;
  return `${Math.round(seconds / length)} ${unit} ${skewMs < 0 ? 'behind' : 'ahead of'} X's`;
}

const SECONDS = ['seconds', 1] as const;
const UNITS = [['days', 86_400], ['hours', 3600], ['minutes', 60], SECONDS] as const;
