import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { hasCode } from './failure.ts';

/** The start time where the system does not tell it; it agrees with every other. */
const UNKNOWN_START = '0';

/**
 * When a process started, in the system's own ticks since boot, so that a pid given to a second
 * program is not taken for the first; `undefined` when no such process runs. A process that ended
 * but was not collected by its parent (a zombie) does not run.
 *
 * Linux: fields 3 and 22 of /proc/PID/stat (man 5 proc_pid_stat). Elsewhere liveness alone: '0'.
 */
export async function startOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return canBeSignalled(pid) ? UNKNOWN_START : undefined;
  // The second field is the program's name in brackets, and may itself hold blanks and brackets.
  const [state, ...later] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? undefined : (later[18] ?? UNKNOWN_START);
}

/** True while the process runs that had this pid and this start time. */
export async function isRunning(pid: number, start: string = UNKNOWN_START): Promise<boolean> {
  const now = await startOf(pid);
  if (now === undefined) return false;
  return now === start || now === UNKNOWN_START || start === UNKNOWN_START;
}

/** The command line of a running process, its words parted by blanks; '' when it cannot be read. */
export async function commandLineOf(pid: number): Promise<string> {
  try {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ').trimEnd();
  } catch {
    const ps = promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]);
    return (await ps.catch(() => ({ stdout: '' }))).stdout.trimEnd();
  }
}

/** Sends a signal; a process that is already gone is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error;
  }
}

/** Waits until the process ends; false when it still runs after `milliseconds`. */
export async function ended(pid: number, milliseconds: number): Promise<boolean> {
  const deadline = performance.now() + milliseconds;
  while (await isRunning(pid)) {
    if (performance.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}

function canBeSignalled(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}
