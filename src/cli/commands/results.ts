/** `match SYNC` and `lift SYNC`. */
import type { Command } from 'commander';
import { computeLift } from '../../services/compute-lift.ts';
import { readMatch } from '../../services/read-match.ts';
import { AS_OF_HELP, command } from '../command.ts';
import { describeLiftLines, describeMatch } from '../result-text.ts';
import { positive } from './segments.ts';

export function addResultCommands(program: Command): void {
  program
    .command('match <sync>')
    .description('read the match rate from the platform now and keep it')
    .action((sync: string) =>
      command(program, {}, async ({ context }) => {
        const match = await readMatch(context, { sync });
        return { json: match, text: describeMatch(match) };
      }),
    );

  program
    .command('lift <sync>')
    .description('what the ads added, by the holdout')
    .option('--as-of <moment>', AS_OF_HELP)
    .option('--window-days <n>', 'days after entry within which a purchase counts', positive, 28)
    .action((sync: string, options: { asOf?: string; windowDays: number }) =>
      command(program, { asOf: options.asOf }, async ({ context }, { asOf }) => {
        const lift = await computeLift(context, { sync, asOf, windowDays: options.windowDays });
        return { json: lift, text: describeLiftLines(lift).join('\n') };
      }),
    );
}
