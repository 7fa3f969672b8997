/** One run per sync at a time, whichever process asks. */
import type { Db } from '../infra/db.ts';
import { onConnection } from '../infra/db.ts';
import { RekindleError } from '../errors.ts';
import type { Sync } from './sync.ts';

/**
 * Holds the sync for the length of `work`. The lock lives in a database session, so a process that
 * dies lets go of it.
 *
 * @throws RekindleError `run.in-progress` when another process holds it.
 */
export async function exclusively<T>(db: Db, sync: Sync, work: () => Promise<T>): Promise<T> {
  return onConnection(db, async (client) => {
    const key = `rekindle:sync:${sync.id}`;
    const result = await client.query<{ taken: boolean }>(
      'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken',
      [key],
    );
    if (result.rows[0]?.taken !== true) {
      throw new RekindleError(
        'run.in-progress',
        `A run of "${sync.name}" is under way in another process. Wait for it to end; rekindle runs shows it.`,
      );
    }
    try {
      return await work();
    } finally {
      await client.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [key]);
    }
  });
}
