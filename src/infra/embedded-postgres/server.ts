import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Binaries } from './binaries.ts';
import { embeddedFailure } from './failure.ts';
import type { Log, Place } from './place.ts';
import { disarmLockFile, findPostmaster, stopPostmaster, type Postmaster } from './postmaster.ts';
import { becomesReady } from './readiness.ts';
import { settingWords } from './settings.ts';
import { spawnOptions } from './spawn.ts';
import { exists, readState, writeState } from './state.ts';

const ATTEMPTS = 20;
const LOG_BYTES = 5_000_000;
const PORT_TAKEN = /could not bind|could not create any TCP\/IP sockets/;
const STILL_ENDING = /pre-existing shared memory block|lock file "postmaster.pid"/;

const lastPort = z.object({ port: z.int().min(1).max(65_535) });

export type ServerOptions = {
  place: Place;
  binaries: Binaries;
  password: string;
  settings: Record<string, string>;
  log: Log;
};

/**
 * Gives the port of a server that answers: the one that runs already, or a new one.
 *
 * A new one takes the port of last time (`server.json`), so that addresses stay; when another
 * program has it, one that the system says is free, until one holds.
 *
 * @throws RekindleError `database.embedded` with the end of server.log when it cannot start.
 */
export async function ensureServer(options: ServerOptions): Promise<number> {
  const file = join(options.place.state, 'server.json');
  const last = await readState(file, lastPort).catch(() => undefined);
  let port = last?.port ?? (await freePort());
  let words = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const running = await findPostmaster(options.place.data);
    if (running !== undefined) {
      if (await becomesReady(running, options.place.data, options.password, options.log))
        return running.port;
      continue;
    }
    const logFrom = await logSize(options.place.state);
    if (await startOne(options, port)) {
      await writeState(file, JSON.stringify({ port }));
      return port;
    }
    words = (await readFile(logPath(options.place.state))).subarray(logFrom).toString('utf8');
    if (PORT_TAKEN.test(words)) port = await freePort();
    else if (STILL_ENDING.test(words)) await sleep(500);
    else break;
  }
  throw embeddedFailure(
    `The embedded database could not start; ${logPath(options.place.state)} has more. ` +
      `Its last words: ${words.trim().split('\n').slice(-5).join(' | ')}`,
  );
}

/** Starts a server in its own session, so that Ctrl-C in the terminal does not reach it. */
async function startOne(options: ServerOptions, port: number): Promise<boolean> {
  const { place, binaries, password, log } = options;
  await disarmLockFile(place.data);
  const words = ['-D', place.data, '-p', String(port), ...(await settingWords(options.settings))];
  const logFile = await open(logPath(place.state), 'a', 0o600);
  let server: Postmaster | undefined;
  try {
    const child = spawn(binaries.postgres, words, {
      ...spawnOptions(place.user),
      detached: true,
      stdio: ['ignore', logFile.fd, logFile.fd],
    });
    await once(child, 'spawn');
    child.unref();
    if (child.pid !== undefined) server = { pid: child.pid, port };
  } finally {
    await logFile.close();
  }
  if (server === undefined) return false;
  try {
    return await becomesReady(server, place.data, password, log);
  } catch (error) {
    await stopPostmaster(server.pid);
    throw error;
  }
}

/** The bytes in server.log now; a big one makes room first. */
async function logSize(state: string): Promise<number> {
  const path = logPath(state);
  if (!(await exists(path))) return 0;
  const { size } = await stat(path);
  if (size < LOG_BYTES) return size;
  await rename(path, `${path}.old`);
  return 0;
}

function logPath(state: string): string {
  return join(state, 'server.log');
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') {
    throw embeddedFailure('The system gives no free port on 127.0.0.1 for the embedded database.');
  }
  return address.port;
}
