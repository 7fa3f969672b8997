/**
 * Statements whose plans a session keeps. A plan of thirty statements costs the server ten times as
 * much to think of as to carry out for a handful of people, and a test of thousands of runs pays for
 * nothing else. What a statement means is the same: work tables are emptied at the end of their
 * transaction rather than dropped, and statistics, by which no answer changes, are not taken.
 */
import { hash } from 'node:crypto';

export type Kept =
  | { readonly kind: 'sent'; readonly text: string; readonly name: string | null }
  /** Done already, or of no consequence. */
  | { readonly kind: 'skipped' };

/** The settings of a session that keeps plans, for the `options` of its connection string. */
export const KEPT_PLANS = '-c plan_cache_mode=force_generic_plan';

const kept = new Map<string, Kept>();

/**
 * @param made the work tables that the session has, by the statement that makes them
 */
export function keepPlan(text: string, made: Set<string>): Kept {
  if (made.has(text)) return { kind: 'skipped' };
  const known = kept.get(text) ?? rewritten(text);
  kept.set(text, known);
  if (text.includes(WORK_TABLE)) made.add(text);
  return known;
}

const WORK_TABLE = 'CREATE TEMP TABLE';
/** What ends a transaction or begins one takes no plan. */
const BARE = /^(?:BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)/u;

function rewritten(text: string): Kept {
  if (text.startsWith('ANALYZE')) return { kind: 'skipped' };
  if (text.includes(WORK_TABLE)) {
    const lasting = text.replaceAll('ON COMMIT DROP', 'ON COMMIT DELETE ROWS');
    return { kind: 'sent', text: lasting, name: null };
  }
  if (BARE.test(text)) return { kind: 'sent', text, name: null };
  return { kind: 'sent', text, name: hash('sha1', text).slice(0, 32) };
}
