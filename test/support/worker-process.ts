/** Workers as processes of their own, the way they are started on hosts. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { CLI } from './cli.ts';
import type { Stage } from './stage.ts';

export interface WorkerProcess {
  readonly child: ChildProcess;
  /** What it has logged so far. */
  log(): string;
  /** Ends it by a signal; gives its exit code, null where the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** @param command what starts it, where it runs elsewhere than here, e.g. in a network of its own */
export function spawnWorker(
  on: Stage,
  options: {
    readonly url?: string;
    readonly cwd: string;
    readonly command?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
  },
): WorkerProcess {
  const { command: [elsewhere, ...words] = [] } = options;
  const worker = [CLI, 'worker', '--runs', '4'];
  const program = elsewhere ?? process.execPath;
  const here = elsewhere === undefined ? [] : [process.execPath];
  const child = spawn(program, [...words, ...here, ...worker], {
    cwd: options.cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: options.url ?? on.url,
      REKINDLE_LOG_LEVEL: 'info',
      REKINDLE_SPREAD_SECONDS: '0',
      ...on.context.surroundings.endpoints,
      ...on.secrets,
      ...options.env,
    },
  });
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (log += chunk));
  const ended = once(child, 'exit');
  return {
    child,
    log: () => log,
    async end(signal) {
      child.kill(signal);
      const [code] = (await ended) as [number | null];
      return code;
    },
  };
}
