/** The figures that the sandbox reports, earned from the population by key. */
import type { Population } from '../../sandbox/emulator.ts';
import { keysIn, usersBehind } from '../../sandbox/population.ts';
import { current } from './state.ts';
import type { ListState, Upload } from './state.ts';

/** Below so many people Google serves no ads; that figures are hidden below it is unconfirmed. */
export const FIGURES_FROM = 100;

/** Sizes count active, personalisable users only, so they are below matches; share unconfirmed. */
const ACTIVE_SHARE = 0.9;

/** Google's users to whom the keys on a list lead. */
export function matchedUsers(list: ListState, population: Population, now: number): Set<string> {
  return usersBehind(population, 'google', current(list, now));
}

/** The list's match rate in whole percent and its rounded size; undefined while they are hidden. */
export function listFigures(
  list: ListState,
  population: Population,
  now: number,
): { readonly matchRatePercentage: number; readonly size: number } | undefined {
  const records = new Map<number, boolean>();
  for (const { value, kind, record } of current(list, now)) {
    const matched = population.find('google', value, kind) !== undefined;
    records.set(record, matched || records.get(record) === true);
  }
  const users = matchedUsers(list, population, now).size;
  if (users < FIGURES_FROM) return undefined;
  const matched = [...records.values()].filter(Boolean).length;
  return {
    matchRatePercentage: Math.round((100 * matched) / records.size),
    size: twoDigits(users * ACTIVE_SHARE),
  };
}

/** The range of one upload's match rate, as the status of an ingest names it. */
export function uploadRange(upload: Upload, population: Population): string {
  const rows = upload.members.length;
  if (rows < FIGURES_FROM) return 'MATCH_RATE_RANGE_NOT_ELIGIBLE';
  const matched = upload.members.filter(
    (keys) => usersBehind(population, 'google', keysIn(keys)).size > 0,
  ).length;
  const percent = Math.round((100 * matched) / rows);
  if (percent < 20) return 'MATCH_RATE_RANGE_LESS_THAN_20';
  if (percent <= 30) return 'MATCH_RATE_RANGE_20_TO_30';
  const upper = Math.ceil(percent / 10) * 10;
  return `MATCH_RATE_RANGE_${upper - 9}_TO_${upper}`;
}

function twoDigits(size: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(size)) - 1);
  return Math.floor(size / step) * step;
}
