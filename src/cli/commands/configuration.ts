/** `apply FILE` and `export`. */
import type { Command } from 'commander';
import { applyConfiguration } from '../../services/apply-configuration.ts';
import type { ApplyResult, Change } from '../../services/apply-configuration.ts';
import { exportConfiguration } from '../../services/export-configuration.ts';
import { command } from '../command.ts';
import { readText } from '../files.ts';

export function addConfigurationCommands(program: Command): void {
  program
    .command('apply <file>')
    .description('set up destinations, segments and syncs from YAML; - reads standard input')
    .option('--dry-run', 'show the difference and change nothing')
    .action((file: string, { dryRun }: { dryRun?: boolean }) =>
      command(program, {}, async ({ context, signal }) => {
        const text = await readText(file, signal);
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
