/** The processes of the bench: each is started, asked, and ended by its own channel. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Task, TaskEnd } from './worker.ts';

/** A platform that answers at once; gives its address. */
export async function startReceiver(): Promise<{
  readonly url: string;
  readonly child: ChildProcess;
}> {
  const child = fork(new URL('receiver.ts', import.meta.url));
  const { port } = await nextMessage<{ readonly port: number }>(child);
  return { url: `http://127.0.0.1:${port}`, child };
}

export interface Worker {
  carryOut(task: Task): Promise<TaskEnd>;
  end(): Promise<void>;
}

const Package = z.object({ scripts: z.object({ rekindle: z.string() }) });

/** The options of Node that `npm run rekindle` gives. */
function optionsOfNode(): string[] {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const words = Package.parse(JSON.parse(text)).scripts.rekindle.split(' ');
  return words.filter((word) => word.startsWith('--'));
}

export function startWorker(databaseUrl: string, receiverUrl: string): Worker {
  const child = fork(new URL('worker.ts', import.meta.url), [databaseUrl, receiverUrl], {
    execArgv: optionsOfNode(),
  });
  return {
    carryOut(task) {
      child.send(task);
      return nextMessage<TaskEnd>(child);
    },
    end: () => endChild(child),
  };
}

export async function endChild(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.disconnect();
  await ended;
}

/** @throws Error where the process ends instead; what it wrote says why. */
function nextMessage<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const failed = (): void => reject(new Error('A process of the bench ended early.'));
    child.once('exit', failed);
    child.once('message', (message) => {
      child.off('exit', failed);
      resolve(message as T);
    });
  });
}
