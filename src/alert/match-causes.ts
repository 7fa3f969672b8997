/** Whether a match rate is lower than it was, beyond doubt. */
import { matchRate } from '../match/index.ts';
import type { Accepted } from '../match/index.ts';
import type { Cause } from './cause.ts';

type MatchReading = Parameters<typeof matchRate>[0];

/** One reading of an audience. */
export interface MatchFact {
  readonly at: Date;
  readonly reading: MatchReading;
  readonly accepted: Accepted;
}

/** The newest reading of a sync's audience, and the best one before it. */
export interface SyncMatch {
  readonly sync: string;
  readonly newest: MatchFact;
  readonly best: MatchFact;
}

/** Whether both readings are known, and of one kind. */
export function isComparable({ newest, best }: SyncMatch): boolean {
  return ratesOf({ newest, best }) !== null;
}

function ratesOf({ newest, best }: Pick<SyncMatch, 'newest' | 'best'>) {
  if (newest.reading.kind !== best.reading.kind) return null;
  const before = matchRate(best.reading, best.accepted);
  const now = matchRate(newest.reading, newest.accepted);
  return before.known && now.known ? { before, now } : null;
}

/**
 * A drop is one where even the upper bound of the new rate lies below the lower bound of the old one
 * by more than `matchDrop` of it. Figures of different kinds are never compared, and what is not
 * known is no drop.
 */
export function matchCause({ sync, newest, best }: SyncMatch, matchDrop: number): Cause | null {
  const rates = ratesOf({ newest, best });
  if (rates === null) return null;
  const { before, now } = rates;
  if (now.upper >= before.lower * (1 - matchDrop)) return null;
  return {
    kind: 'match-dropped',
    sync,
    before: { lower: before.lower, upper: before.upper },
    beforeAt: best.at,
    now: { lower: now.lower, upper: now.upper },
    at: newest.at,
  };
}
