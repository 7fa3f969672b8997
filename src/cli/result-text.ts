/** Match rates and lift as lines that a person reads. */
import type { SyncLift } from '../services/compute-lift.ts';
import type { SyncMatch } from '../services/read-match.ts';
import { count, percent } from './output.ts';

/**
 * "62–66 %": outward to whole points, so that the range printed holds the range meant; one number
 * where the platform gave a rounded one. Or that it is not known.
 */
export function formatRate(rate: SyncMatch['rate']): string {
  if (!rate.known) return 'not known';
  if (rate.upper - rate.lower <= ROUNDED_TO) return percent((rate.lower + rate.upper) / 2, 0);
  return `${Math.floor(rate.lower * 100 + ROUNDING)}–${Math.ceil(rate.upper * 100 - ROUNDING)} %`;
}

/** 0.29 × 100 is a little less than 29. */
const ROUNDING = 1e-9;

/** The width of a share that was rounded to a whole percent, with room for the arithmetic. */
const ROUNDED_TO = 0.010_001;

/** One number, or the range where the platform gave totals only. */
export function formatAccepted({ lower, upper }: SyncMatch['accepted']): string {
  return lower === upper ? count(upper) : `${count(lower)}–${count(upper)}`;
}

export function describeMatch(match: SyncMatch): string {
  const { accepted, pending, rate, observedAt } = match;
  const waiting = pending === 0 ? '' : ` ${count(pending)} more are still being processed.`;
  const why = rate.known ? '' : ` ${rate.reason}`;
  if (accepted.upper === 0 && pending > 0) {
    return `${match.sync} on ${match.platform}: the platform has not answered for anybody yet;${waiting} Ask with rekindle settle.`;
  }
  return `${match.sync} on ${match.platform}: match rate ${formatRate(rate)} of ${formatAccepted(accepted)} people accepted, read ${observedAt.toISOString()}.${why}${waiting}`;
}

/** Lift with its interval, in percentage points. */
export function formatLift(lift: SyncLift['lift']): string {
  if (lift.kind !== 'estimate') return 'not known';
  const points = (share: number) => (share * 100).toFixed(2);
  const { value, lower, upper } = lift.absolute;
  return `${points(value)} points (${points(lower)} to ${points(upper)})`;
}

/** The ISO date of a moment in a zone. */
function dayIn(timezone: string, at: Date): string {
  // Sweden writes dates as ISO does.
  return new Intl.DateTimeFormat('sv-SE', { timeZone: timezone }).format(at);
}

export function describeLiftLines(result: SyncLift): string[] {
  const { waiting, otherPhases, windowDays } = result;
  return [
    result.sentence,
    `Purchases within ${windowDays} days of entry, by ${dayIn(result.timezone, result.asOf)}.`,
    ...(waiting === 0
      ? []
      : [`${count(waiting)} people are still within their window and not counted.`]),
    ...(otherPhases === 0
      ? []
      : [`${count(otherPhases)} people entered under another holdout share and are not pooled.`]),
  ];
}
