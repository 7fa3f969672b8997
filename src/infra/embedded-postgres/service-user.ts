import { chown, lchown, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { embeddedFailure, hasCode } from './failure.ts';

/** The user that PostgreSQL runs as. */
export type ServiceUser = { uid: number; gid: number };

const CANDIDATES = ['postgres', '_postgres', 'nobody'];

/**
 * The user to run PostgreSQL as: `undefined` means the present one. PostgreSQL refuses root, so
 * root runs it as the owner of the data, or for new data as `postgres`, else `nobody`.
 *
 * @throws RekindleError `database.embedded` when nobody fits, or the data is another user's.
 */
export async function findServiceUser(data: string): Promise<ServiceUser | undefined> {
  const owner = await ownerOf(data);
  const self = process.getuid?.();
  if (self !== 0) {
    if (owner === undefined || owner.uid === self) return undefined;
    throw embeddedFailure(
      `${data} belongs to the user with id ${owner.uid}, and PostgreSQL opens only its own user's data. ` +
        'Run Rekindle as that user, set REKINDLE_HOME to another folder, or set DATABASE_URL.',
    );
  }
  if (owner !== undefined && owner.uid !== 0) return owner;
  const user = await unprivilegedUser();
  // Data that root copied or restored lost its owner.
  if (owner !== undefined) await giveTree(data, user);
  return user;
}

async function ownerOf(path: string): Promise<ServiceUser | undefined> {
  try {
    const { uid, gid } = await stat(path);
    return { uid, gid };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

async function unprivilegedUser(): Promise<ServiceUser> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const candidate of CANDIDATES) {
    const [, , uid, gid] = lines.find(([name]) => name === candidate) ?? [];
    if (uid !== undefined && gid !== undefined && Number(uid) !== 0) {
      return { uid: Number(uid), gid: Number(gid) };
    }
  }
  throw embeddedFailure(
    'PostgreSQL refuses to run as root, and this system has no user `postgres` or `nobody` for it. ' +
      'Create the user `postgres`, run Rekindle as an ordinary user, or set DATABASE_URL.',
  );
}

async function giveTree(folder: string, user: ServiceUser): Promise<void> {
  await chown(folder, user.uid, user.gid);
  for (const entry of await readdir(folder, { recursive: true })) {
    await lchown(join(folder, entry), user.uid, user.gid);
  }
}
