import {
  chmod,
  cp,
  lstat,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { embeddedFailure, hasCode } from './failure.ts';
import type { Log } from './place.ts';
import { exists, makeFolder } from './state.ts';

const links = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * Makes the links between the shared libraries that the package lists in `pg-symlinks.json`.
 *
 * npm packages cannot hold links; the package's install script makes them, but not where install
 * scripts are off, and PostgreSQL does not start without them.
 */
export async function linkLibraries(native: string): Promise<void> {
  const list = join(native, 'pg-symlinks.json');
  if (!(await exists(list))) return;
  for (const { source, target } of links.parse(JSON.parse(await readFile(list, 'utf8')))) {
    const path = join(dirname(native), target);
    if (await exists(path)) continue;
    try {
      await symlink(basename(source), path);
    } catch (error) {
      if (hasCode(error, 'EEXIST')) continue;
      throw embeddedFailure(
        `The library link ${path} is missing and cannot be made. Run \`npm rebuild\` as the owner of ` +
          'node_modules, or set DATABASE_URL to a PostgreSQL server of your own.',
        error,
      );
    }
  }
}

/**
 * Copies the programs and libraries to `target`, open to every user, unless they are there already.
 * They appear under that name whole or not at all, however many processes copy at once.
 */
export async function copyOnce(native: string, target: string, log: Log): Promise<string> {
  if (await exists(target)) return target;
  log('the database user may not enter node_modules, so PostgreSQL is copied', { to: target });
  await makeFolder(dirname(target));
  const draft = await mkdtemp(`${target}.partial-`);
  try {
    await cp(native, draft, { recursive: true, verbatimSymlinks: true });
    await openToAll(draft);
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error;
  }
  return target;
}

async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true })) {
    const path = join(folder, entry);
    const status = await lstat(path);
    if (status.isSymbolicLink()) continue;
    await chmod(path, (status.mode & 0o111) === 0 ? 0o644 : 0o755);
  }
}
