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
   * Connections to say with that this process is alive. They are others than those of the pool: a
   * process that is busy on all of those would lose its leases.
   */
  readonly leases: pg.Pool;
  /**
   * Connections of the queue, which looks things up while a transaction of ours puts a job there: on
   * the pool, transactions that hold all of it would wait for one more for ever.
   */
  readonly queue: pg.Pool;
  /** Asks the server to break off what our connections wait for; their queries then reject. */
  cancelStatements(): Promise<void>;
  /** Done before the connections are closed, by whoever holds on to them. */
  beforeClose(end: () => Promise<void>): void;
  close(): Promise<void>;
}

/** What single-row code takes: the client, or a transaction of it. */
export type PrismaDb = PrismaClient | Prisma.TransactionClient;

/** Opens the database behind a postgres:// address. Nothing is sent until the first query. */
export function openDb(url: string, options: { readonly maxConnections?: number } = {}): Db {
  const sessions = new Set<number>();
  const ends: (() => Promise<void>)[] = [];
  const pool = openPool(url, { max: options.maxConnections ?? 10 }, sessions);
  const leases = openPool(
    url,
    { max: 2, connectionTimeoutMillis: LEASE_ANSWER_MS, query_timeout: LEASE_ANSWER_MS },
    sessions,
  );
  const queue = openPool(
    url,
    { max: 3, connectionTimeoutMillis: QUEUE_ANSWER_MS, query_timeout: QUEUE_ANSWER_MS },
    sessions,
  );
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: false }) });
  return {
    prisma,
    pool,
    leases,
    queue,
    async cancelStatements() {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      await client.query('SELECT pg_cancel_backend(pid) FROM unnest($1::int[]) AS pid', [
        [...sessions],
      ]);
      await client.end();
    },
    beforeClose(end) {
      ends.push(end);
    },
    async close() {
      await Promise.allSettled(ends.map((end) => end()));
      await prisma.$disconnect();
      await Promise.all([pool.end(), leases.end(), queue.end()]);
    },
  };
}

/** The queue's own upkeep is slow at times, and never this slow. */
const QUEUE_ANSWER_MS = 60_000;
/** How long a statement about leases may take before it is tried on another connection. */
const LEASE_ANSWER_MS = 3_000;

/**
 * The server's side of that: it ends the session of a host that is cut off, and so its transaction,
 * within half a minute. By its own settings it takes two hours, for which a successor would stand
 * before rows that the transaction wrote. The last two by themselves: not every server can.
 */
const END_WITH_THE_LINE = [
  'SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3',
  "SET tcp_user_timeout = '25s'",
  "SET client_connection_check_interval = '10s'",
];

async function endWithTheLine(client: pg.ClientBase): Promise<void> {
  for (const setting of END_WITH_THE_LINE) await client.query(setting).catch(() => {});
}

/** The pool waits for the promise before it gives a connection away; its types do not say so. */
type AwaitingConfig = Omit<pg.PoolConfig, 'onConnect'> & {
  readonly onConnect: (client: pg.ClientBase) => Promise<void>;
};

function openPool(
  url: string,
  options: Omit<pg.PoolConfig, 'onConnect'>,
  sessions: Set<number>,
): pg.Pool {
  const config: AwaitingConfig = {
    connectionString: url,
    application_name: 'rekindle',
    // A line that is dead shows itself while a statement waits, not two hours later.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    onConnect: endWithTheLine,
    ...options,
  };
  const pool = new pg.Pool(config);
  // A connection that breaks while idle is replaced at the next query, which reports what is wrong;
  // so does the query of one that breaks in use. Nobody listening would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => {
    client.on('error', () => {});
    sessions.add(sessionOf(client));
  });
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

/** What time it is by the clock that all who use a database share. */
export async function databaseTime({ pool }: Db): Promise<Date> {
  const { rows } = await pool.query<{ now: Date }>('SELECT now() AS now');
  const [row] = rows;
  if (row === undefined) throw new Error('The database did not say what time it is.');
  return row.now;
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
