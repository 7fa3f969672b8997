/** `sandbox`: the emulated ad platforms, until Ctrl-C. */
import type { Command } from 'commander';
import { once } from 'node:events';
import { population } from '../../../connectors/sandbox/world.ts';
import { loadConfig } from '../../config.ts';
import { systemClock } from '../../infra/clock.ts';
import { interruptible, sandboxJournalPath } from '../app.ts';
import { report } from '../command.ts';
import { print } from '../output.ts';
import { registerAccounts } from '../demo/accounts.ts';
import { startSandbox } from '../demo/platforms.ts';
import { positive } from './segments.ts';

const PORT = 4010;

export function addSandboxCommand(program: Command): void {
  program
    .command('sandbox')
    .description('serve emulators of Meta, Google and X on this machine')
    .option('--port <n>', 'port on 127.0.0.1', positive, PORT)
    .option('--people <n>', 'made-up people who have accounts there', positive, 30_000)
    .action(({ port, people }: { port: number; people: number }) =>
      report(program, () =>
        interruptible(async (signal) => {
          const known = population();
          registerAccounts(known, people);
          const sandbox = await startSandbox({
            journal: sandboxJournalPath(loadConfig()),
            at: systemClock.now(),
            population: known,
            port,
          });
          print(`Serving Meta, Google and X on ${sandbox.url}. Ctrl-C ends it.\n`);
          print(`${settings(sandbox.endpoints)}\n`);
          for (const { platform, account, credentials } of sandbox.emulators) {
            print(`${platform}: account ${account}`);
            for (const [name, value] of Object.entries(credentials)) print(`  ${name}: ${value}`);
          }
          if (!signal.aborted) await once(signal, 'abort');
          await sandbox.close();
          return { json: undefined, text: '' };
        }),
      ),
    );
}

function settings(endpoints: Readonly<Record<string, string>>): string {
  return Object.entries(endpoints)
    .map(([name, value]) => `export ${name}=${value}`)
    .join('\n');
}
