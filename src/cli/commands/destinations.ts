/** `destination test NAME`. */
import type { Command } from 'commander';
import { testDestination } from '../../services/test-destination.ts';
import { command } from '../command.ts';

export function addDestinationCommands(program: Command): void {
  program
    .command('destination')
    .description('the ad accounts')
    .command('test <name>')
    .description('check one, each part by name')
    .action((destination: string) =>
      command(program, {}, async ({ context }) => {
        const checks = await testDestination(context, { destination });
        return {
          json: { destination, checks },
          text: checks
            .map((check) =>
              check.ok
                ? `✓ ${check.name}${check.detail === undefined ? '' : ` (${check.detail})`}`
                : `✗ ${check.name}: ${check.cause}\n  What to do: ${check.fix}`,
            )
            .join('\n'),
          ok: checks.every((check) => check.ok),
        };
      }),
    );
}
