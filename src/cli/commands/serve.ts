/** `serve`: the HTTP server alone, until Ctrl-C. */
import type { Command } from 'commander';
import { once } from 'node:events';
import { command } from '../command.ts';
import { print } from '../output.ts';
import { port, startServing } from '../serving.ts';
import type { Address } from '../serving.ts';

export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('serve figures for Prometheus, health checks and the progress of runs over HTTP')
    .option('--port <n>', 'port, instead of REKINDLE_PORT; 0 takes any that is free', port)
    .option('--host <address>', 'address to listen on, instead of REKINDLE_HOST')
    .action((address: Address) =>
      command(program, { longRunning: true }, async ({ config, context, signal }, { json }) => {
        const server = await startServing(context, config, address);
        try {
          const { url } = server;
          print(json ? JSON.stringify({ url }) : `Serving on ${url}. Ctrl-C ends it.`);
          if (!signal.aborted) await once(signal, 'abort');
        } finally {
          await server.close();
        }
        return { json: undefined, text: '', interrupted: true };
      }),
    );
}
