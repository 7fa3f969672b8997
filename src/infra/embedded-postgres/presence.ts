import { randomBytes } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunning, startOf } from './process.ts';
import { makeFolder } from './state.ts';

/** A process that shows itself in a folder, by an empty file named `PID-START-RANDOM`. */
export type Presence = { pid: number; name: string };

/**
 * Shows this process in `folder` and gives the name of its file.
 *
 * The name says everything, so the file is whole as soon as it exists, and no name is ever used
 * twice, so the file of a dead process can be deleted by anyone at any time.
 */
export async function show(folder: string): Promise<string> {
  await makeFolder(folder);
  const start = (await startOf(process.pid)) ?? '0';
  const name = `${process.pid}-${start}-${randomBytes(6).toString('hex')}`;
  await writeFile(join(folder, name), '', { flag: 'wx' });
  return name;
}

/** Takes back what `show` gave. */
export async function hide(folder: string, name: string): Promise<void> {
  await rm(join(folder, name), { force: true });
}

/** The living processes shown in `folder`; the files of dead ones are deleted on the way. */
export async function presentIn(folder: string): Promise<Presence[]> {
  await makeFolder(folder);
  const present: Presence[] = [];
  for (const name of await readdir(folder)) {
    const [, pid, start] = /^(\d+)-(\d+)-[0-9a-f]+$/.exec(name) ?? [];
    if (pid === undefined || start === undefined) continue;
    if (await isRunning(Number(pid), start)) present.push({ pid: Number(pid), name });
    else await hide(folder, name);
  }
  return present;
}
