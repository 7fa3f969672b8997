/** The commands, and what becomes of one. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { z } from 'zod';
import { addAlertCommands } from './commands/alerts.ts';
import { addConfigurationCommands } from './commands/configuration.ts';
import { addCustomerCommands } from './commands/customers.ts';
import { addDatabaseCommands } from './commands/database.ts';
import { addDemoCommand } from './commands/demo.ts';
import { addDestinationCommands } from './commands/destinations.ts';
import { addDoNotReachCommand } from './commands/do-not-reach.ts';
import { addDriftCommands } from './commands/drift.ts';
import { addHashCommand } from './commands/hash.ts';
import { addIdentityCommands } from './commands/identity.ts';
import { addImportCommands } from './commands/import.ts';
import { addPauseCommands } from './commands/pause.ts';
import { addResultCommands } from './commands/results.ts';
import { addRunCommands } from './commands/runs.ts';
import { addSandboxCommand } from './commands/sandbox.ts';
import { addSegmentCommands } from './commands/segments.ts';
import { addServeCommand } from './commands/serve.ts';
import { addSpendCommand } from './commands/spend.ts';
import { addSuppressionCommands } from './commands/suppressions.ts';
import { addWorkerCommands } from './commands/worker.ts';
import { print, toJson } from './output.ts';
import { INTERRUPTED } from './command.ts';

const program = new Command('rekindle')
  .description(
    'Turns CRM segments into ad-platform audiences, keeps them exact, and proves with a holdout what the ads added.',
  )
  .option('--json', 'print one JSON object instead of text')
  .option('--database <name>', 'another database of the embedded server, e.g. the demo’s')
  .version(version())
  .exitOverride()
  .showHelpAfterError('(--help lists the commands and options)')
  .configureHelp({ showGlobalOptions: true });

addDemoCommand(program);
addSandboxCommand(program);
addWorkerCommands(program);
addServeCommand(program);
addDatabaseCommands(program);
addImportCommands(program);
addSuppressionCommands(program);
addConfigurationCommands(program);
addHashCommand(program);
addIdentityCommands(program);
addCustomerCommands(program);
addSegmentCommands(program);
addDestinationCommands(program);
addRunCommands(program);
addPauseCommands(program);
addDriftCommands(program);
addAlertCommands(program);
addDoNotReachCommand(program);
addResultCommands(program);
addSpendCommand(program);

// A reader that goes away (head, less) ends a command quietly; without a listener it is a crash.
process.stdout.on('error', () => {});

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Commander has said it to the person; a program gets it as it gets every error.
  if (error.exitCode !== 0 && process.argv.includes('--json')) {
    print(toJson({ error: { code: 'usage', message: error.message } }));
  }
  process.exitCode = error.exitCode;
}
// An interrupted command may still have an open standard input, which would keep it up.
if (process.exitCode === INTERRUPTED) process.exit();

function version(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(manifest)).version;
}
