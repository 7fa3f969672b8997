import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { embeddedFailure, hasCode } from './failure.ts';
import { commandLineOf, ended, isRunning, signal } from './process.ts';

/** A running server of ours. */
export type Postmaster = { pid: number; port: number };

const FAST_SHUTDOWN_MILLISECONDS = 10_000;
const QUIT_MILLISECONDS = 8_000;

/**
 * The server that runs on this data directory, `undefined` when none does. The pid alone proves
 * nothing, since it may be another program's by now: the command line must name the directory.
 *
 * postmaster.pid holds a line each: pid, data directory, start, port, … (src/include/utils/pidfile.h).
 */
export async function findPostmaster(data: string): Promise<Postmaster | undefined> {
  const [pid, , , port] = (await readLockFile(data)).map(Number);
  if (!isWhole(pid) || !isWhole(port) || !(await isRunning(pid))) return undefined;
  const ours = `${await commandLineOf(pid)} `.includes(` -D ${data} `);
  return ours ? { pid, port } : undefined;
}

/**
 * What the server with this pid says of itself in the last line of postmaster.pid; `undefined`
 * before it has bound its port.
 */
export async function statusOf(
  data: string,
  pid: number,
): Promise<'starting' | 'ready' | 'stopping' | undefined> {
  const lines = await readLockFile(data);
  const status = lines[7]?.trim();
  if (lines[0] !== String(pid)) return undefined;
  return status === 'starting' || status === 'ready' || status === 'stopping' ? status : undefined;
}

/**
 * Makes a postmaster.pid that no server of ours stands behind harmless to the next start.
 *
 * PostgreSQL refuses to start while the file's pid runs, be it another program by now. It ignores
 * its own parent's pid, which is ours. Deleting the file would also end its check that no orphaned
 * backend still writes to the data (CreateLockFile in src/backend/utils/init/miscinit.c).
 */
export async function disarmLockFile(data: string): Promise<void> {
  const path = join(data, 'postmaster.pid');
  const [pid, ...rest] = await readLockFile(data);
  if (pid === undefined) return;
  if (isWhole(Number(pid))) await writeFile(path, [process.pid, ...rest].join('\n'));
  else await rm(path);
}

/**
 * Stops the server and waits for its end: fast shutdown, then an immediate one, after which the
 * next start recovers from the log.
 *
 * @throws RekindleError `database.embedded` when it outlives both.
 */
export async function stopPostmaster(pid: number): Promise<void> {
  signal(pid, 'SIGINT');
  if (await ended(pid, FAST_SHUTDOWN_MILLISECONDS)) return;
  signal(pid, 'SIGQUIT');
  if (await ended(pid, QUIT_MILLISECONDS)) return;
  throw embeddedFailure(`The embedded database (process ${pid}) does not stop. End it yourself.`);
}

async function readLockFile(data: string): Promise<string[]> {
  try {
    return (await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

function isWhole(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value > 0;
}
