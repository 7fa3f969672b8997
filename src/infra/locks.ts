/**
 * Locks that last as long as a transaction or a short piece of work, each a fixed number of its own.
 * What lasts longer, or speaks to others than the database, is a lease.
 */
import type { ClientBase } from 'pg';
import type { PrismaDb } from './db.ts';

const MIGRATIONS = 7_270_155_001;
const CUSTOMERS = 7_270_155_002;
const CONFIGURATION = 7_270_155_003;
const TALLIES = 7_270_155_004;

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

/**
 * Waits until nobody else adds to the totals, and keeps it so until the transaction ends: two that
 * add to the same ones in another order would wait for each other in a circle.
 */
export async function lockTallies(client: Pick<ClientBase, 'query'>): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [TALLIES]);
}

/** Waits until nobody else applies a configuration, and keeps it so until the transaction ends. */
export async function lockConfiguration(db: PrismaDb): Promise<void> {
  await db.$executeRaw`SELECT pg_advisory_xact_lock(${CONFIGURATION}::bigint)`;
}
