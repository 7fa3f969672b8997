/** `apply FILE` and `export`. */
import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { text as readStream } from 'node:stream/consumers';
import { RekindleError } from '../../errors.ts';
import { applyConfiguration } from '../../services/apply-configuration.ts';
import type { ApplyResult, Change } from '../../services/apply-configuration.ts';
import { exportConfiguration } from '../../services/export-configuration.ts';
import { command } from '../command.ts';

export function addConfigurationCommands(program: Command): void {
  program
    .command('apply <file>')
    .description('set up destinations, segments and syncs from YAML; - reads standard input')
    .option('--dry-run', 'show the difference and change nothing')
    .action((file: string, { dryRun }: { dryRun?: boolean }) =>
      command(program, {}, async ({ context }) => {
        const text = await readText(file);
        const result = await applyConfiguration(context, { text, file, dryRun: dryRun === true });
        return { json: result, text: describeChanges(result) };
      }),
    );

  program
    .command('export')
    .description('print the configuration as YAML')
    .action(() =>
      command(program, {}, async ({ context }) => {
        const yaml = await exportConfiguration(context);
        return { json: { yaml }, text: yaml.trimEnd() };
      }),
    );
}

async function readText(file: string): Promise<string> {
  if (file === '-') return readStream(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'error';
    throw new RekindleError('file.unreadable', `${file} cannot be read (${code}).`);
  }
}

export function describeChanges({ changes, applied }: ApplyResult): string {
  const changed = changes.filter(({ action }) => action !== 'unchanged');
  const lines = changed.flatMap(describeChange);
  if (changed.length === 0) lines.push('Nothing to change.');
  else if (!applied) lines.push('Dry run: nothing was changed.');
  return lines.join('\n');
}

function describeChange(change: Change): string[] {
  const { kind, name, action } = change;
  return [
    `${action === 'create' ? '+' : '~'} ${kind} ${name}`,
    ...change.fields.map(
      ({ field, before, after }) =>
        `    ${field}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`,
    ),
  ];
}
