/** Deletes what nobody looks at any more. */
import { loadSql, runSql } from '../infra/sql.ts';
import { forgetOldChanges } from '../membership/index.ts';
import type { ServiceContext } from './context.ts';

const PURGE_SLOTS = loadSql(import.meta.url, 'purge-slots.sql');

/** Slots are looked at to see what was missed; a month is enough for that. */
const SLOT_DAYS = 31;
/** What was wrong, and is over, is told of for half a year. */
const ALERT_DAYS = 183;
const DAY_MS = 86_400_000;

/**
 * Gives how many rows went. Runs, batches, receipts and the trail of what people did stay: they are
 * what figures are recomputed from, and what an access request is answered by. The queue deletes its
 * ended jobs by itself.
 */
export async function purgeOld({ db, surroundings }: ServiceContext): Promise<number> {
  const now = surroundings.clock.now().getTime();
  const slots = await runSql(db.pool, PURGE_SLOTS, { before: new Date(now - SLOT_DAYS * DAY_MS) });
  const alerts = await db.prisma.alert.deleteMany({
    where: { closedAt: { lt: new Date(now - ALERT_DAYS * DAY_MS) } },
  });
  // Where every sync looks at everybody, no plan does it.
  const changes = await forgetOldChanges(db.pool);
  return (slots.rowCount ?? 0) + alerts.count + changes;
}
