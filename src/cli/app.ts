/** Opens what a command works with, and closes it again however the command ends. */
import { join } from 'node:path';
import { loadConfig, operatorName, readSecret } from '../config.ts';
import type { Config } from '../config.ts';
import { RekindleError } from '../errors.ts';
import { fixedClock, systemClock } from '../infra/clock.ts';
import { openDb } from '../infra/db.ts';
import type { Db } from '../infra/db.ts';
import { acquirePostgres } from '../infra/embedded-postgres/index.ts';
import { createLog } from '../infra/log.ts';
import type { Log } from '../infra/log.ts';
import { createContext } from '../services/context.ts';
import type { ServiceContext } from '../services/context.ts';
import { databaseStatus } from '../services/database-status.ts';
import { migrateDatabase } from '../services/migrate-database.ts';

export interface App {
  readonly config: Config;
  readonly context: ServiceContext;
  /** Ends everything under way; Ctrl-C and SIGTERM abort it. */
  readonly signal: AbortSignal;
}

export interface AppOptions {
  /** The moment everything counts as now; the machine's time where left out. */
  readonly now?: Date;
  /** Whether the tables have to be there and up to date; an embedded database is brought there. */
  readonly migrated?: boolean;
  /** A database of the embedded server, whatever DATABASE_URL says. */
  readonly embedded?: { readonly name: string; readonly create: boolean };
}

/** How long a command may take to wind up after Ctrl-C before it is cut off. */
const GRACE_MS = 10_000;

/** Runs a command's work with the database open and Ctrl-C handled. */
export async function withApp<T>(options: AppOptions, work: (app: App) => Promise<T>): Promise<T> {
  const config = loadConfig();
  const log = createLog(config.logLevel);
  return interruptible(async (signal) => {
    const { db, close, isOurs } = await openDatabase(config, log, options.embedded);
    try {
      if (options.migrated !== false) await requireTables(db, isOurs);
      const clock = options.now === undefined ? systemClock : fixedClock(options.now);
      const context = createContext({
        db,
        log,
        clock,
        signal,
        actor: { kind: 'cli', name: operatorName() },
        timezone: config.timezone,
        secret: readSecret,
        endpoints: config.endpoints,
      });
      return await beforeCutOff(work({ config, context, signal }), signal);
    } finally {
      await close();
    }
  });
}

interface OpenDatabase {
  readonly db: Db;
  /** Whether it is the embedded one, which we keep up to date ourselves. */
  readonly isOurs: boolean;
  readonly close: () => Promise<void>;
}

/** The database of DATABASE_URL, or one of the embedded server, which its last user stops. */
async function openDatabase(
  config: Config,
  log: Log,
  embedded: AppOptions['embedded'],
): Promise<OpenDatabase> {
  if (config.databaseUrl !== undefined && embedded === undefined) {
    const db = openDb(config.databaseUrl);
    return { db, isOurs: false, close: () => db.close() };
  }
  const server = await acquirePostgres({
    home: config.home,
    log: (message, fields) => log.info(fields ?? {}, message),
  });
  try {
    const { name, create } = embedded ?? { name: 'rekindle', create: true };
    await findDatabase(server.url, name, create);
    const db = openDb(withDatabase(server.url, name));
    return {
      db,
      isOurs: true,
      async close() {
        await db.close();
        await server.release();
      },
    };
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
    const made = error instanceof Error && 'code' in error && error.code === DUPLICATE_DATABASE;
    if (!made) throw error;
  } finally {
    await server.close();
  }
}

/** PostgreSQL's SQLSTATE, appendix A of its manual. */
const DUPLICATE_DATABASE = '42P04';

function withDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function requireTables(db: Db, isOurs: boolean): Promise<void> {
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

/** Where the sandbox keeps what its platforms remember. */
export function sandboxJournalPath(config: Config): string {
  return join(config.home, 'sandbox', 'journal.ndjson');
}

/** Runs `work` with a signal that Ctrl-C and SIGTERM abort. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interrupt = () => {
    controller.abort(new RekindleError('interrupted', 'Interrupted; the next start carries on.'));
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    return await work(controller.signal);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

/** The work's end, or the signal's reason when it has not wound up within its grace of an abort. */
async function beforeCutOff<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const ended = new AbortController();
  const cutOff = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      systemClock.sleep(GRACE_MS, ended.signal).then(
        () => reject(signal.reason),
        () => {},
      );
    });
  });
  try {
    return await Promise.race([work, cutOff]);
  } finally {
    // A grace still under way would keep the process up.
    ended.abort();
  }
}
