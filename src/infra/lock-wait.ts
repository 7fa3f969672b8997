/** Locks that a frozen process may hold: waited for a moment, and then left to it. */
import type { PoolClient } from 'pg';
import { inTransaction } from './db.ts';
import type { Db } from './db.ts';

/** Longer than any short transaction of ours, and shorter than whoever waits for an answer. */
const WAIT = '2s';

/** PostgreSQL, appendix A: `lock_not_available`. */
const NOT_AVAILABLE = '55P03';

/**
 * Runs `work` in one transaction as `inTransaction` does, where no lock is waited for longer than
 * two seconds: then all of it is undone, and the answer is null.
 */
export async function unlessLocked<T>(
  db: Db,
  work: (client: PoolClient) => Promise<T>,
): Promise<T | null> {
  try {
    return await inTransaction(db, async (client) => {
      await client.query(`SET LOCAL lock_timeout = '${WAIT}'`);
      return work(client);
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === NOT_AVAILABLE) return null;
    throw error;
  }
}
