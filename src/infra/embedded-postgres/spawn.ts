import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { once } from 'node:events';
import type { ServiceUser } from './service-user.ts';

/** How every program of PostgreSQL is started: nothing of our environment, secrets least, goes in. */
export function spawnOptions(user: ServiceUser | undefined): {
  cwd: string;
  env: Record<string, string>;
  uid?: number;
  gid?: number;
} {
  return { cwd: '/', env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }, ...user };
}

/** Runs a program to its end and gives its exit code (-1 when a signal ended it) and its words. */
export async function runToEnd(
  program: string,
  words: string[],
  user: ServiceUser | undefined,
): Promise<{ code: number; output: string }> {
  const child = spawn(program, words, {
    ...spawnOptions(user),
    // In a session of its own, so that Ctrl-C does not cut it off in the middle.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, end] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  const [code] = end;
  return { code: typeof code === 'number' ? code : -1, output: `${stdout}${stderr}` };
}
