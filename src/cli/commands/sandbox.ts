/** `sandbox`: the emulated ad platforms, until Ctrl-C. */
import type { Command } from 'commander';
import { once } from 'node:events';
import { population } from '../../../connectors/sandbox/world.ts';
import { loadConfig } from '../../config.ts';
import { sandboxJournalPath } from '../app.ts';
import { interruptible } from '../interrupt.ts';
import { report } from '../command.ts';
import { print, toJson } from '../output.ts';
import { registerAccounts } from '../demo/accounts.ts';
import { CREDENTIAL_VARIABLES } from '../demo/configuration.ts';
import { runningClock, startSandbox } from '../demo/platforms.ts';
import type { Sandbox } from '../demo/platforms.ts';
import { positive } from './segments.ts';

const PORT = 4010;

export function addSandboxCommand(program: Command): void {
  program
    .command('sandbox')
    .description('serve emulators of Meta, Google and X on this machine')
    .option('--port <n>', 'port on 127.0.0.1', positive, PORT)
    .option('--people <n>', 'made-up people who have accounts there', positive, 30_000)
    .action(({ port, people }: { port: number; people: number }) =>
      report(program, (json) =>
        interruptible(async ({ signal }) => {
          const known = population();
          registerAccounts(known, people);
          const sandbox = await startSandbox({
            journal: sandboxJournalPath(loadConfig()),
            clock: runningClock(),
            population: known,
            port,
          });
          print(json ? toJson(describe(sandbox)) : speak(sandbox));
          if (!signal.aborted) await once(signal, 'abort');
          await sandbox.close();
          return { json: undefined, text: '', interrupted: true };
        }),
      ),
    );
}

function describe({ url, endpoints, emulators }: Sandbox) {
  return {
    url,
    endpoints,
    accounts: emulators.map(({ platform, account, credentials }) => ({
      platform,
      account,
      credentials,
    })),
  };
}

function speak({ url, endpoints, emulators }: Sandbox): string {
  return [
    `Serving Meta, Google and X on ${url}. Ctrl-C ends it.`,
    '',
    ...Object.entries(endpoints).map(([name, value]) => `export ${name}=${value}`),
    '',
    ...emulators.flatMap(({ platform, account, credentials }) => [
      `# ${platform}: account ${account}`,
      ...Object.entries(credentials).map(
        ([name, value]) => `export ${CREDENTIAL_VARIABLES[platform]?.[name] ?? name}=${value}`,
      ),
    ]),
  ].join('\n');
}
