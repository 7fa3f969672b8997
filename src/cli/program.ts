/** The commands, and what becomes of one. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { z } from 'zod';
import { addCommands } from './commands/index.ts';
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

await addCommands(program, process.argv.slice(2));

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
