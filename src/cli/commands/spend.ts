/** `spend DESTINATION`. */
import type { Command } from 'commander';
import { readSpend } from '../../services/read-spend.ts';
import { command } from '../command.ts';
import { describeSpend } from '../spend-text.ts';

export function addSpendCommand(program: Command): void {
  program
    .command('spend <destination>')
    .description('what the ad account spent, by campaign and day, as the platform reports it')
    .requiredOption('--from <day>', 'first day of the account’s time zone, YYYY-MM-DD')
    .requiredOption('--to <day>', 'last day, included')
    .action((destination: string, { from, to }: { from: string; to: string }) =>
      command(program, {}, async ({ context }) => {
        const report = await readSpend(context, { destination, from, to });
        return { json: report, text: describeSpend(report) };
      }),
    );
}
