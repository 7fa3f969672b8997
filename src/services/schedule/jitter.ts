/** Spreads what comes round at the same minute: a hundred syncs at 03:00 are not begun together. */
import { hash } from 'node:crypto';

/** Of the time to the next slot: a schedule of every five minutes keeps its rhythm. */
const SHARE = 0.1;

/**
 * Seconds by which what is behind a key starts after its slot: always the same for one key, so that
 * its runs are as far apart as its slots, and as good as random between keys.
 *
 * @param periodMs from this slot to the next
 * @param mostSeconds that a run may be held back for the sake of the others
 */
export function delayOf(key: string, periodMs: number, mostSeconds: number): number {
  const fraction = Number.parseInt(hash('sha256', key, 'hex').slice(0, 8), 16) / 2 ** 32;
  return Math.floor(fraction * Math.min(mostSeconds, (periodMs / 1000) * SHARE));
}
