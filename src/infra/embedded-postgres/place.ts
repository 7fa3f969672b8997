import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { findServiceUser, type ServiceUser } from './service-user.ts';
import { runToEnd } from './spawn.ts';
import { exists, makeFolder, readState, writeState } from './state.ts';

/** The folder for what the service user must reach although its way to REKINDLE_HOME is closed. */
export const SHARED_FOLDER = '/var/lib/rekindle';

/** `state`: our own small files. `root`: the folder in which the data lies. `data`: PostgreSQL's. */
export type Place = { state: string; root: string; data: string; user: ServiceUser | undefined };

export type Log = (message: string, fields?: Record<string, unknown>) => void;

const location = z.object({ id: z.string().regex(/^[0-9a-f]{16}$/) });

/**
 * Where this home's data lies, and whose it is.
 *
 * It lies beside our own files, but for root with a home that only root may enter: PostgreSQL runs
 * as another user then and needs the whole path open, so the data goes to `/var/lib/rekindle/ID`,
 * and the id to `location.json`. Without that file a new and empty database is made.
 */
export async function findPlace(state: string, log: Log): Promise<Place> {
  const file = join(state, 'location.json');
  const stored = await readState(file, location);
  if (stored !== undefined) return placeIn(state, join(SHARED_FOLDER, stored.id));

  const near = await placeIn(state, state);
  if ((await exists(near.data)) || (await canEnter(near.user, state))) return near;

  const id = randomBytes(8).toString('hex');
  const root = join(SHARED_FOLDER, id);
  await writeState(file, JSON.stringify({ id }));
  log('the database user may not enter REKINDLE_HOME, so the data lies elsewhere', {
    home: state,
    data: root,
  });
  return placeIn(state, root);
}

/** True when that user may go all the way to `folder`; asked of the system, which knows of ACLs. */
export async function canEnter(user: ServiceUser | undefined, folder: string): Promise<boolean> {
  if (user === undefined) return true;
  const { code } = await runToEnd('/bin/sh', ['-c', 'test -x "$1"', 'sh', folder], user);
  return code === 0;
}

async function placeIn(state: string, root: string): Promise<Place> {
  if (root !== state) {
    await makeFolder(SHARED_FOLDER);
    await makeFolder(root);
  }
  const data = join(root, 'data');
  return { state, root, data, user: await findServiceUser(data) };
}
