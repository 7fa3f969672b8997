/** The database: one pool, used by Prisma for single rows and by `pg` for set-sized statements. */
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import type { PoolClient } from 'pg';
import { PrismaClient } from '../../prisma/generated/client.ts';
import type { Prisma } from '../../prisma/generated/client.ts';
import { RekindleError } from '../errors.ts';

export interface Db {
  readonly prisma: PrismaClient;
  readonly pool: pg.Pool;
  /**
   * Connections for locks that are held for as long as a run takes. They are others than those of
   * the pool: runs that hold all of those would wait for one another's for ever.
   */
  readonly locks: pg.Pool;
  /** Asks the server to break off what our connections wait for; their queries then reject. */
  cancelStatements(): Promise<void>;
  close(): Promise<void>;
}

/** What single-row code takes: the client, or a transaction of it. */
export type PrismaDb = PrismaClient | Prisma.TransactionClient;

/** Opens the database behind a postgres:// address. Nothing is sent until the first query. */
export function openDb(url: string, options: { readonly maxConnections?: number } = {}): Db {
  const sessions = new Set<number>();
  const pool = openPool(url, options.maxConnections ?? 10, sessions);
  const locks = openPool(url, MOST_LOCKS, sessions);
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: false }) });
  return {
    prisma,
    pool,
    locks,
    async cancelStatements() {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      await client.query('SELECT pg_cancel_backend(pid) FROM unnest($1::int[]) AS pid', [
        [...sessions],
      ]);
      await client.end();
    },
    async close() {
      await prisma.$disconnect();
      await Promise.all([pool.end(), locks.end()]);
    },
  };
}

/** Far more runs at a time than a process has use for; PostgreSQL's own limit is 100. */
const MOST_LOCKS = 60;

function openPool(url: string, max: number, sessions: Set<number>): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max, application_name: 'rekindle' });
  // A connection that breaks while idle is replaced at the next query, which reports what is wrong.
  pool.on('error', () => {});
  pool.on('connect', (client) => sessions.add(sessionOf(client)));
  pool.on('remove', (client) => sessions.delete(sessionOf(client)));
  return pool;
}

/**
 * Runs `work` in one transaction on one connection; rolls back when it throws, or when `keep` is
 * given and says no to its result.
 *
 * @throws RekindleError `database.unreachable` when no connection can be had.
 */
export async function inTransaction<T>(
  db: Db,
  work: (client: PoolClient) => Promise<T>,
  keep: (result: T) => boolean = () => true,
): Promise<T> {
  const client = await connect(db.pool);
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query(keep(result) ? 'COMMIT' : 'ROLLBACK');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

/** Runs `work` on one connection, outside a transaction. */
export async function onConnection<T>(
  db: Db,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await connect(db.pool);
  try {
    return await work(client);
  } finally {
    client.release();
  }
}

/**
 * A connection to hold locks on, to be released by the caller; one that broke is not used again.
 *
 * @throws RekindleError `database.unreachable` when none can be had.
 */
export async function lockConnection(db: Db): Promise<PoolClient> {
  return connect(db.locks);
}

/** The server's process behind a connection; `pg` knows it, and its types do not say so. */
function sessionOf(client: pg.PoolClient): number {
  return 'processID' in client && typeof client.processID === 'number' ? client.processID : 0;
}

async function connect(pool: pg.Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw new RekindleError(
      'database.unreachable',
      `The database does not answer (${errorCode(error)}). Check DATABASE_URL and that the server runs.`,
      { cause: error },
    );
  }
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'no connection';
}
