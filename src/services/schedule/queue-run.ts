/** Puts a run of a sync into the queue, unless one is there. */
import type { PoolClient } from 'pg';
import { enqueue, isQueued } from '../../../jobs/queue.ts';
import type { Db } from '../../infra/db.ts';

export interface QueuedRun {
  readonly syncId: string;
  /** What the run follows from, as runs show it: `schedule`, `cli:ito`, … */
  readonly trigger: string;
  /** How long it is to wait. */
  readonly delaySeconds?: number;
}

/**
 * In the caller's transaction, which holds the sync's row to its end: of two that ask at once, the
 * second sees the job of the first. Gives whether a job was put there; a run that waits already is as
 * good as another behind it.
 */
export async function queueRun(db: Db, client: PoolClient, run: QueuedRun): Promise<boolean> {
  const { rows } = await client.query<{ account: string }>(
    `SELECT destination.platform || ':' || destination.account AS account
     FROM sync JOIN destination ON destination.id = sync.destination_id
     WHERE sync.id = $1 FOR UPDATE OF sync`,
    [run.syncId],
  );
  const [sync] = rows;
  if (sync === undefined) return false;
  if (await isQueued(db, client, 'run-sync', { sync: run.syncId })) return false;
  await enqueue(db, client, 'run-sync', {
    data: { sync: run.syncId, trigger: run.trigger },
    // Runs on one ad account go one after another: they share its budget.
    key: sync.account,
    ...(run.delaySeconds === undefined ? {} : { delaySeconds: run.delaySeconds }),
  });
  return true;
}
