/** Opens what a command works with, and closes it again however the command ends. */
import { join } from 'node:path';
import { loadConfig, operatorName, readSecret } from '../config.ts';
import type { Config } from '../config.ts';
import { systemClock } from '../infra/clock.ts';
import { createLog } from '../infra/log.ts';
import type { ProcessMetrics } from '../infra/metrics.ts';
import { createContext } from '../services/context.ts';
import type { ServiceContext } from '../services/context.ts';
import { openDatabase, requireTables } from './database.ts';
import type { EmbeddedDatabase, OpenDatabase } from './database.ts';
import { interruptible, untilCutOff, windingDown } from './interrupt.ts';

export interface App {
  readonly config: Config;
  readonly context: ServiceContext;
  /** Ends everything under way; Ctrl-C aborts it. */
  readonly signal: AbortSignal;
  /** Aborted by the first Ctrl-C, where there is time to wind down, and else with `signal`. */
  readonly stopping: AbortSignal;
}

export interface AppOptions {
  /** Whether the tables have to be there and up to date; an embedded database is brought there. */
  readonly migrated?: boolean;
  readonly embedded?: EmbeddedDatabase;
  /** Whether it works until it is told to end: it then measures itself, and its log says more. */
  readonly longRunning?: boolean;
  /**
   * How long what is in flight may take to end after a first Ctrl-C or SIGTERM, in milliseconds; a
   * second cuts it off. Without it, the first does.
   */
  readonly windDownMs?: number;
}

/** Runs a command's work with the database open and Ctrl-C handled. */
export async function withApp<T>(options: AppOptions, work: (app: App) => Promise<T>): Promise<T> {
  const config = loadConfig();
  const log = createLog(config.logLevel ?? (options.longRunning === true ? 'info' : 'error'));
  return interruptible(async (first) => {
    const ended = new AbortController();
    const stopping = first.signal;
    const interruption =
      options.windDownMs === undefined
        ? first
        : windingDown(first, { graceMs: options.windDownMs, ended: ended.signal });
    const { signal } = interruption;
    const database = await openDatabase(config, log, options.embedded);
    try {
      const prepared = async (): Promise<T> => {
        signal.throwIfAborted();
        if (options.migrated !== false) await requireTables(database.db, database.isOurs);
        const context = createContext({
          db: database.db,
          log,
          clock: systemClock,
          signal,
          stopping: options.windDownMs === undefined ? undefined : stopping,
          actor: { kind: 'cli', name: operatorName() },
          timezone: config.timezone,
          secret: readSecret,
          endpoints: config.endpoints,
          metrics: options.longRunning === true ? await measuring() : undefined,
        });
        return work({ config, context, signal, stopping });
      };
      return await untilCutOff(prepared(), interruption, () => database.db.cancelStatements());
    } finally {
      ended.abort();
      await closeSoon(database, signal);
    }
  });
}

/** Loaded where it is served alone: it is the slowest part of a command's start. */
async function measuring(): Promise<ProcessMetrics> {
  const { createMetrics } = await import('../infra/metrics.ts');
  return createMetrics();
}

/** How long an interrupted command waits for its connections before it leaves them to the server. */
const CLOSE_MS = 3_000;

async function closeSoon({ db, release }: OpenDatabase, signal: AbortSignal): Promise<void> {
  const closed = db.close();
  await (signal.aborted ? Promise.race([closed, systemClock.sleep(CLOSE_MS)]) : closed);
  await release();
}

/** Where the sandbox keeps what its platforms remember. */
export function sandboxJournalPath(config: Config): string {
  return join(config.home, 'sandbox', 'journal.ndjson');
}
