/** The database that a command works on. */
import type { Config } from '../config.ts';
import { RekindleError } from '../errors.ts';
import { openDb } from '../infra/db.ts';
import type { Db } from '../infra/db.ts';
import { acquirePostgres } from '../infra/embedded-postgres/index.ts';
import type { Log } from '../infra/log.ts';
import { databaseStatus } from '../services/database-status.ts';
import { migrateDatabase } from '../services/migrate-database.ts';

/** A database of the embedded server, whatever DATABASE_URL says. */
export interface EmbeddedDatabase {
  readonly name: string;
  readonly create: boolean;
}

export interface OpenDatabase {
  readonly db: Db;
  /** Whether it is the embedded one, which we keep up to date ourselves. */
  readonly isOurs: boolean;
  /** Lets go of the embedded server, once the database is closed. */
  readonly release: () => Promise<void>;
}

/** The database of DATABASE_URL, or one of the embedded server, which its last user stops. */
export async function openDatabase(
  config: Config,
  log: Log,
  embedded: EmbeddedDatabase | undefined,
): Promise<OpenDatabase> {
  if (config.databaseUrl !== undefined && embedded === undefined) {
    const db = openDb(config.databaseUrl);
    return { db, isOurs: false, release: async () => {} };
  }
  const server = await acquirePostgres({
    home: config.home,
    log: (message, fields) => log.info(fields ?? {}, message),
  });
  try {
    const { name, create } = embedded ?? { name: 'rekindle', create: true };
    await findDatabase(server.url, name, create);
    const db = openDb(withDatabase(server.url, name));
    return { db, isOurs: true, release: () => server.release() };
  } catch (error) {
    await server.release();
    throw error;
  }
}

async function findDatabase(serverUrl: string, name: string, create: boolean): Promise<void> {
  const server = openDb(serverUrl, { maxConnections: 1 });
  try {
    const found = await server.pool.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount === 1) return;
    if (!create || !/^[a-z][a-z0-9_]{0,62}$/u.test(name)) {
      throw new RekindleError('not-found', `The embedded server has no database "${name}".`);
    }
    await server.pool.query(`CREATE DATABASE ${name}`);
  } catch (error) {
    // Two first commands at once: the other one made it.
    const made =
      error instanceof Error && 'code' in error && DUPLICATE_DATABASE.includes(String(error.code));
    if (!made) throw error;
  } finally {
    await server.close();
  }
}

/** PostgreSQL's SQLSTATEs, appendix A of its manual; the second when both write at once. */
const DUPLICATE_DATABASE = ['42P04', '23505'];

function withDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Brings our own database up to date; asks for it to be done where it is somebody else's. */
export async function requireTables(db: Db, isOurs: boolean): Promise<void> {
  if (isOurs) {
    await migrateDatabase(db);
    return;
  }
  const { pending } = await databaseStatus(db);
  if (pending.length > 0) {
    throw new RekindleError(
      'database.not-migrated',
      `The database lacks ${pending.length} migration(s). Run "npm run rekindle -- db migrate" first.`,
    );
  }
}
