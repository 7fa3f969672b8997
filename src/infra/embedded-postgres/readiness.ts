import { setTimeout as sleep } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';
import { ROLE } from './cluster.ts';
import { embeddedFailure } from './failure.ts';
import type { Log } from './place.ts';
import { statusOf, type Postmaster } from './postmaster.ts';
import { isRunning } from './process.ts';

const SILENT_MILLISECONDS = 60_000;
const RECOVERY_MILLISECONDS = 600_000;
const WORTH_A_WORD_MILLISECONDS = 2_000;

type Answer = 'ready' | 'busy' | 'wrong-password' | 'none';

/**
 * Waits until the server answers a query, or ends: `true` when it answers, `false` when it ended.
 * A server that recovers after a crash gets ten minutes, one that says nothing one minute.
 *
 * @throws RekindleError `database.embedded` when that is not enough, or the password is wrong.
 */
export async function becomesReady(
  server: Postmaster,
  data: string,
  password: string,
  log: Log,
): Promise<boolean> {
  const begin = performance.now();
  let told = false;
  for (;;) {
    const answer = await answerOf(server, data, password);
    if (answer === 'ready') return true;
    if (!(await isRunning(server.pid))) return false;
    if (answer === 'wrong-password') {
      throw embeddedFailure(
        'The embedded database does not accept the password in cluster.json. Restore that file ' +
          'from a backup, or delete the folder it is in to begin with an empty database.',
      );
    }
    const waited = performance.now() - begin;
    if (waited > (answer === 'busy' ? RECOVERY_MILLISECONDS : SILENT_MILLISECONDS)) {
      throw embeddedFailure(
        `The embedded database (process ${server.pid}, port ${server.port}) does not answer. ` +
          'See server.log in its folder, end that process, and try again.',
      );
    }
    if (answer === 'busy' && !told && waited > WORTH_A_WORD_MILLISECONDS) {
      log('the embedded database is still recovering or shutting down', { pid: server.pid });
      told = true;
    }
    await sleep(25);
  }
}

/** Asks only when the server says that the port is its own: until then it may be a stranger's. */
async function answerOf(server: Postmaster, data: string, password: string): Promise<Answer> {
  const status = await statusOf(data, server.pid);
  if (status === undefined) return 'none';
  return status === 'ready' ? ask(server.port, password) : 'busy';
}

/** SQLSTATE codes: https://www.postgresql.org/docs/18/errcodes-appendix.html */
async function ask(port: number, password: string): Promise<Answer> {
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: ROLE,
    password,
    database: 'postgres',
    ssl: false,
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return 'ready';
  } catch (error) {
    const code = error instanceof DatabaseError ? error.code : undefined;
    if (code === '57P03' || code === '57P01') return 'busy';
    if (code === '28P01') return 'wrong-password';
    // Every connection is taken: then it does work.
    return code === '53300' ? 'ready' : 'none';
  } finally {
    await client.end().catch(() => undefined);
  }
}
