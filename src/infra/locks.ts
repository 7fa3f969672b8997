/** Locks that Rekindle's processes share in the database, each a fixed number of its own. */
import type { ClientBase } from 'pg';
import type { PrismaDb } from './db.ts';

const MIGRATIONS = 7_270_155_001;
const CUSTOMERS = 7_270_155_002;
const CONFIGURATION = 7_270_155_003;

/** Holds migrations for the length of `work`: one process at a time. */
export async function whileMigrating<T>(
  client: Pick<ClientBase, 'query'>,
  work: () => Promise<T>,
): Promise<T> {
  await client.query('SELECT pg_advisory_lock($1)', [MIGRATIONS]);
  try {
    return await work();
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [MIGRATIONS]);
  }
}

/**
 * Waits until nobody else writes many customers, and keeps it so until the transaction ends: two
 * writers that took the same rows in another order would wait for each other in a circle.
 */
export async function lockCustomers(client: Pick<ClientBase, 'query'>): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [CUSTOMERS]);
}

/** Waits until nobody else applies a configuration, and keeps it so until the transaction ends. */
export async function lockConfiguration(db: PrismaDb): Promise<void> {
  await db.$executeRaw`SELECT pg_advisory_xact_lock(${CONFIGURATION}::bigint)`;
}

/**
 * Holds a sync for the length of `work`. The lock lives in a database session, so a process that
 * dies lets go of it. Gives null, and does nothing, where somebody else holds it.
 */
export async function whileHoldingSync<T>(
  client: Pick<ClientBase, 'query'>,
  syncId: string,
  work: () => Promise<T>,
): Promise<{ readonly result: T } | null> {
  const lock = await client.query<{ taken: boolean }>(
    'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken',
    [syncKey(syncId)],
  );
  if (lock.rows[0]?.taken !== true) return null;
  try {
    return { result: await work() };
  } finally {
    await client.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [syncKey(syncId)]);
  }
}

/** The same lock until the transaction ends; false where somebody else holds it. */
export async function tryLockSync(db: PrismaDb, syncId: string): Promise<boolean> {
  const rows = await db.$queryRaw<{ taken: boolean }[]>`
    SELECT pg_try_advisory_xact_lock(hashtextextended(${syncKey(syncId)}, 0)) AS taken`;
  return rows[0]?.taken === true;
}

/**
 * Waits until no other process speaks to an account of a platform, and keeps it so until what it
 * gives is called. The lock lives in the database session of `client`.
 *
 * @param onBusy told where there is somebody to wait for
 */
export async function lockAccount(
  client: Pick<ClientBase, 'query'>,
  whose: { readonly platform: string; readonly holder: string },
  onBusy: () => void = () => {},
): Promise<() => Promise<void>> {
  const key = `rekindle:account:${whose.platform}:${whose.holder}`;
  const lock = await client.query<{ taken: boolean }>(
    'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken',
    [key],
  );
  if (lock.rows[0]?.taken !== true) {
    onBusy();
    await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [key]);
  }
  return async () => {
    await client.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [key]);
  };
}

function syncKey(syncId: string): string {
  return `rekindle:sync:${syncId}`;
}
