/** Runs syncs whose members a platform would forget before their next run is sure. */
import { inTransaction } from '../infra/db.ts';
import type { ServiceContext } from './context.ts';
import { findExpiring } from './find-expiring.ts';
import { queueRun } from './schedule/queue-run.ts';

/** Gives the syncs that were put into the queue. */
export async function runExpiring(context: ServiceContext): Promise<string[]> {
  const { db, log } = context;
  const queued: string[] = [];
  for (const { sync, syncId, isDue } of await findExpiring(context)) {
    if (!isDue) continue;
    const isNew = await inTransaction(db, (client) =>
      queueRun(db, client, { syncId, trigger: 'expiry' }),
    );
    if (!isNew) continue;
    log.info({ sync }, 'members would be forgotten by the platform: the sync is run');
    queued.push(sync);
  }
  return queued;
}
