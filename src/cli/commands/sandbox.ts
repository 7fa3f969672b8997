/** `sandbox`: the emulated ad platforms, until Ctrl-C. */
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { once } from 'node:events';
import { credentialVariable, titleOf } from '../../../connectors/sandbox/emulators.ts';
import {
  MATCH_RATES,
  readMatchRates,
  seededPopulation,
} from '../../../connectors/sandbox/population.ts';
import type { MatchRates } from '../../../connectors/sandbox/population.ts';
import { loadConfig } from '../../config.ts';
import { sandboxJournalPath } from '../app.ts';
import { interruptible } from '../interrupt.ts';
import { report } from '../command.ts';
import { print, toJson } from '../output.ts';
import { registerAccounts } from '../demo/accounts.ts';
import { startSandbox } from '../demo/platforms.ts';
import type { Sandbox } from '../demo/platforms.ts';
import { positive } from './segments.ts';

const PORT = 4010;

interface Options {
  readonly port: number;
  readonly people: number;
  readonly matchRate: MatchRates;
  readonly seed: string;
}

export function addSandboxCommand(program: Command): void {
  program
    .command('sandbox')
    .description('serve emulators of the ad platforms on this machine')
    .option('--port <n>', 'port on 127.0.0.1', positive, PORT)
    .option('--people <n>', "the demo's people who may have accounts there", positive, 30_000)
    .option(
      '--match-rate <rates>',
      "share of everybody else's keys that lead to an account, by kind",
      matchRates,
      MATCH_RATES,
    )
    .option('--seed <text>', 'which of the keys those are; any text', 'rekindle')
    .action(({ port, people, matchRate, seed }: Options) =>
      report(program, (json) =>
        interruptible(async ({ signal }) => {
          const known = seededPopulation({ seed, rates: matchRate });
          registerAccounts(known, people);
          const sandbox = await startSandbox({
            journal: sandboxJournalPath(loadConfig()),
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

function matchRates(text: string): MatchRates {
  const read = readMatchRates(text);
  if ('problem' in read) throw new InvalidArgumentError(read.problem);
  return read;
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

/** British English has no comma before the last of a list. */
const listed = new Intl.ListFormat('en-GB');

function speak({ url, endpoints, emulators }: Sandbox): string {
  const titles = listed.format(emulators.map(({ platform }) => titleOf(platform)));
  return [
    `Serving ${titles} on ${url}, with a page to look inside. Ctrl-C ends it.`,
    '',
    ...Object.entries(endpoints).map(([name, value]) => `export ${name}=${value}`),
    '',
    ...emulators.flatMap(({ platform, account, credentials }) => [
      `# ${platform}: account ${account}`,
      ...Object.entries(credentials).map(
        ([name, value]) => `export ${credentialVariable(platform, name)}=${value}`,
      ),
    ]),
  ].join('\n');
}
