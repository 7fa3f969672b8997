/** `worker`: jobs alone; `start`: jobs and the HTTP server in one process. Both until they are told to end. */
import type { Command } from 'commander';
import { work } from '../../../jobs/worker.ts';
import { systemClock } from '../../infra/clock.ts';
import { databaseTime } from '../../infra/db.ts';
import { processName } from '../../infra/lease.ts';
import type { App } from '../app.ts';
import { command } from '../command.ts';
import { note } from '../progress.ts';
import { port, startServing } from '../serving.ts';
import type { Address } from '../serving.ts';
import { positive } from './segments.ts';

/** With what comes behind it, less than the half minute that process managers give. */
const WIND_DOWN_MS = 20_000;

/** Runs in flight at a time: each keeps a database connection or two and a few requests busy. */
const RUNS = 4;

interface Flags extends Address {
  readonly runs: number;
}

export function addWorkerCommands(program: Command): void {
  program
    .command('worker')
    .description('take jobs: runs by schedule and on demand, answers, erasures, alerts')
    .option('--runs <n>', 'syncs at a time, of different ad accounts', positive, RUNS)
    .option('--port <n>', 'serve figures for Prometheus and health checks there as well', port)
    .option('--host <address>', 'address to listen on, instead of REKINDLE_HOST')
    .action((flags: Flags) => workUntilTold(program, flags, flags.port !== undefined));

  program
    .command('start')
    .description('everything in one process: jobs, and the HTTP server')
    .option('--runs <n>', 'syncs at a time, of different ad accounts', positive, RUNS)
    .option('--port <n>', 'port, instead of REKINDLE_PORT; 0 takes any that is free', port)
    .option('--host <address>', 'address to listen on, instead of REKINDLE_HOST')
    .action((flags: Flags) => workUntilTold(program, flags, true));
}

function workUntilTold(program: Command, { runs, ...at }: Flags, serves: boolean): Promise<void> {
  return command(
    program,
    { windDownMs: WIND_DOWN_MS, longRunning: true },
    async ({ config, context }: App, { json }) => {
      const server = serves ? await startServing(context, config, at) : null;
      try {
        if (!json) {
          if (server !== null) note(`Serving on ${server.url}.`);
          note('Working. Ctrl-C finishes what is in flight and leaves the rest to others.');
        }
        await work(
          { ...context, actor: { kind: 'worker', name: processName() } },
          {
            runs,
            pace: systemClock,
            now: () => databaseTime(context.db),
            spreadSeconds: config.spreadSeconds,
            alerts: config.alerts,
          },
        );
      } finally {
        await server?.close();
      }
      return { json: { ended: true }, text: 'Ended in good order.' };
    },
  );
}
