/** Deletes what nobody looks at any more. */
import { loadSql, runSql } from '../infra/sql.ts';
import type { ServiceContext } from './context.ts';

const PURGE = loadSql(import.meta.url, 'purge.sql');

/** Slots are looked at to see what was missed; a month is enough for that. */
const SLOT_DAYS = 31;
const DAY_MS = 86_400_000;

/**
 * Gives how many rows went. Runs, batches, receipts and the trail of what people did stay: they are
 * what figures are recomputed from, and what an access request is answered by. The queue deletes its
 * ended jobs by itself.
 */
export async function purgeOld({ db, surroundings }: ServiceContext): Promise<number> {
  const before = new Date(surroundings.clock.now().getTime() - SLOT_DAYS * DAY_MS);
  const { rowCount } = await runSql(db.pool, PURGE, { before });
  return rowCount ?? 0;
}
