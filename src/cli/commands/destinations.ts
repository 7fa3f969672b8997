/** `destination list` and `destination test NAME`. */
import type { Command } from 'commander';
import { listDestinations } from '../../services/list-destinations.ts';
import type { DestinationState } from '../../services/list-destinations.ts';
import { testDestination } from '../../services/test-destination.ts';
import type { Check } from '../../services/test-destination.ts';
import { command } from '../command.ts';
import { table } from '../output.ts';

export function addDestinationCommands(program: Command): void {
  const destination = program.command('destination').description('the ad accounts');
  destination
    .command('list')
    .description('all, and until when nothing is sent to them, if so')
    .action(() =>
      command(program, {}, async ({ context }) => {
        const destinations = await listDestinations(context);
        return { json: { destinations }, text: listed(destinations) };
      }),
    );
  destination
    .command('test <name>')
    .description('check one, each part by name')
    .action((name: string) =>
      command(program, {}, async ({ context }) => {
        const checks = await testDestination(context, { destination: name });
        return {
          json: { destination: name, checks },
          text: checks.map(checked).join('\n'),
          ok: checks.every((check) => check.ok !== false),
        };
      }),
    );
}

function checked(check: Check): string {
  if (check.ok === null) return `– ${check.name}: ${check.detail}`;
  if (!check.ok) return `✗ ${check.name}: ${check.cause}\n  What to do: ${check.fix}`;
  return `✓ ${check.name}${check.detail === undefined ? '' : ` (${check.detail})`}`;
}

function listed(destinations: readonly DestinationState[]): string {
  if (destinations.length === 0)
    return 'There is no destination yet: write one in YAML and apply it.';
  const rows = destinations.map(({ name, platform, account, budgetUsed, waits }) => [
    name,
    platform,
    account,
    budgetUsed === null ? 'not known' : `${Math.round(budgetUsed * 100)} %`,
    waits === null ? '–' : waits.until.toISOString(),
  ]);
  const notes = destinations.flatMap(({ name, waits }) =>
    waits === null ? [] : [`${name}: ${waits.message} (${waits.code})\n  ${waits.nextStep}`],
  );
  const headings = ['destination', 'platform', 'account', 'budget used', 'nothing is sent before'];
  return [table(headings, rows), ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}
