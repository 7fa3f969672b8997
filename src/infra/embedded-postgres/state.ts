import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { embeddedFailure, hasCode } from './failure.ts';

/** Makes one folder that everybody may enter, whatever the umask; an existing one stays as it is. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return;
    throw error;
  }
  await chmod(path, 0o755);
  await giveToFolderOwner(path);
}

/** Writes a small file, readable by its owner alone, so that a kill leaves the old or the new. */
export async function writeState(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.draft`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await giveToFolderOwner(draft);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/**
 * Reads a JSON file, `undefined` when there is none.
 *
 * @throws RekindleError `database.embedded` when the file holds something else.
 */
export async function readState<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    // The cause would quote the file, and so perhaps the password in it.
    throw embeddedFailure(
      `${path} is damaged. Restore it from a backup, or delete ${dirname(path)} to begin with an empty database.`,
    );
  }
}

/** True when there is something at `path`. */
export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: unknown) => {
      if (hasCode(error, 'ENOENT')) return false;
      throw error;
    },
  );
}

/** What root makes in somebody's folder stays that person's, so that they can run without root. */
async function giveToFolderOwner(path: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(dirname(path));
  await chown(path, uid, gid);
}
