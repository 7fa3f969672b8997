import { randomBytes } from 'node:crypto';
import { chown, mkdtemp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Binaries } from './binaries.ts';
import { embeddedFailure } from './failure.ts';
import type { Log, Place } from './place.ts';
import { runToEnd } from './spawn.ts';
import { exists, readState, writeState } from './state.ts';

/** The only role of the database, a superuser. */
export const ROLE = 'rekindle';

const secret = z.object({ password: z.string().min(1) });
const PARTIAL = 'data.partial-';

/**
 * Makes the data directory where there is none, and gives the password of the database.
 *
 * initdb writes to `data.partial-…`, renamed to `data` when it is done; what a killed one left is
 * deleted. The password is stored before, so that `data` never stands without it.
 *
 * @throws RekindleError `database.embedded` when the data is of another major version, is no
 * database, or its password is lost.
 */
export async function openCluster(
  place: Place,
  binaries: Binaries,
  durable: boolean,
  log: Log,
): Promise<string> {
  const file = join(place.state, 'cluster.json');
  await deletePartials(place.root);
  const stored = await readState(file, secret);
  if (await exists(place.data)) {
    await checkData(place.data, binaries.major);
    if (stored !== undefined) return stored.password;
    throw embeddedFailure(
      `${file}, which holds the password of the embedded database, is gone. ` +
        `Restore it from a backup, or delete ${place.data} to begin with an empty database.`,
    );
  }
  const password = stored?.password ?? randomBytes(24).toString('base64url');
  if (stored === undefined) await writeState(file, JSON.stringify({ password }));
  log('making a new and empty embedded database', { data: place.data });
  await makeData(place, binaries, password, durable);
  return password;
}

async function makeData(
  place: Place,
  binaries: Binaries,
  password: string,
  durable: boolean,
): Promise<void> {
  const partial = await mkdtemp(join(place.root, PARTIAL));
  const passwordFile = `${partial}.password`;
  try {
    await writeFile(passwordFile, `${password}\n`, { flag: 'wx', mode: 0o600 });
    if (place.user !== undefined) {
      await chown(partial, place.user.uid, place.user.gid);
      await chown(passwordFile, place.user.uid, place.user.gid);
    }
    const words = [
      `--pgdata=${partial}`,
      `--username=${ROLE}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--no-instructions',
      ...(durable ? [] : ['--no-sync']),
    ];
    const { code, output } = await runToEnd(binaries.initdb, words, place.user);
    if (code !== 0) {
      throw embeddedFailure(
        `PostgreSQL could not make its data directory in ${place.root}. Mend what it names, or set ` +
          `DATABASE_URL. It says: ${output.trim().split('\n').slice(-5).join(' | ')}`,
      );
    }
    await rename(partial, place.data);
    await syncFolder(place.root);
  } finally {
    await rm(passwordFile, { force: true });
    await rm(partial, { recursive: true, force: true });
  }
}

async function checkData(data: string, major: number): Promise<void> {
  const found = (await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  const whole = await exists(join(data, 'global', 'pg_control'));
  if (found === '' || !whole) {
    throw embeddedFailure(
      `${data} is not a complete PostgreSQL data directory. ` +
        'Restore it from a backup, or delete it to begin with an empty database.',
    );
  }
  if (found === String(major)) return;
  throw embeddedFailure(
    `${data} was made by PostgreSQL ${found}, and the embedded one is PostgreSQL ${major}. ` +
      'Move the data over with pg_dump of the old version, set DATABASE_URL to a server of the old ' +
      'version, or delete the folder to begin with an empty database.',
  );
}

async function deletePartials(root: string): Promise<void> {
  const left = (await readdir(root)).filter((name) => name.startsWith(PARTIAL));
  for (const name of left) {
    // An initdb whose owner was killed may still be writing there: hence the retries.
    await rm(join(root, name), { recursive: true, force: true, maxRetries: 10 });
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
