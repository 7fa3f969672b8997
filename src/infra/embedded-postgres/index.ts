import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { findBinaries, refuseOtherPlatforms } from './binaries.ts';
import { openCluster, ROLE } from './cluster.ts';
import { explainingDisk } from './failure.ts';
import { withLock } from './lock.ts';
import { findPlace, type Log } from './place.ts';
import { findPostmaster, stopPostmaster } from './postmaster.ts';
import { hide, presentIn, show } from './presence.ts';
import { ensureServer } from './server.ts';
import { makeFolder } from './state.ts';

export type AcquireOptions = {
  /** REKINDLE_HOME; everything lies in its folder `postgres`. */
  home: string;
  log: Log;
  /** More settings of PostgreSQL; they count only when this call starts the server. */
  settings?: Record<string, string>;
};

export type AcquiredPostgres = {
  /** `postgres://rekindle:PASSWORD@127.0.0.1:PORT/postgres`; holds a secret, so never log it. */
  url: string;
  /** Ends this use; the last use of all processes stops the server. A second call does nothing. */
  release(): Promise<void>;
};

/**
 * Makes, starts or joins the embedded PostgreSQL of `home`, which every process that uses the same
 * home shares, and counts this call among its users until `release`.
 *
 * A user that is killed counts no longer, but stops nothing: the server stays for the next one.
 *
 * @throws RekindleError `database.embedded` with the way out, whatever was found broken.
 */
export async function acquirePostgres(options: AcquireOptions): Promise<AcquiredPostgres> {
  const { home, log, settings = {} } = options;
  refuseOtherPlatforms();
  return explainingDisk(home, async () => {
    const state = await openState(home);
    const users = join(state, 'users');
    return withLock(join(state, 'lock'), async () => {
      const place = await findPlace(state, log);
      const binaries = await findBinaries(place.user, log);
      const password = await openCluster(place, binaries, settings['fsync'] !== 'off', log);
      const port = await ensureServer({ place, binaries, password, settings, log });
      const own = await show(users);
      return {
        url: `postgres://${ROLE}:${password}@127.0.0.1:${port}/postgres`,
        release: async () => leave(state, place.data, own),
      };
    });
  });
}

async function leave(state: string, data: string, own: string): Promise<void> {
  const users = join(state, 'users');
  const stopWhenLast = async () => {
    await hide(users, own);
    if ((await presentIn(users)).length > 0) return;
    const server = await findPostmaster(data);
    if (server !== undefined) await stopPostmaster(server.pid);
  };
  await explainingDisk(state, async () => withLock(join(state, 'lock'), stopWhenLast));
}

/** The folder of our own files, with one spelling, since the server is known by its path. */
async function openState(home: string): Promise<string> {
  await mkdir(home, { recursive: true });
  const state = join(await realpath(home), 'postgres');
  await makeFolder(state);
  return state;
}
