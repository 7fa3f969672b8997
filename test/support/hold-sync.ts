/** Holds a sync as a run in another process does. */
import type { Db } from '../../src/infra/db.ts';
import { awaitLease } from '../../src/infra/lease.ts';
import { syncLease } from '../../src/sync/index.ts';

export async function whileHoldingSync<T>(
  db: Db,
  syncId: string,
  work: () => Promise<T>,
): Promise<T> {
  const lease = await awaitLease(db, syncLease(syncId), new AbortController().signal);
  try {
    return await work();
  } finally {
    await lease.release();
  }
}
