/** `segment list|preview|refresh|members`. */
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { listSegmentMembers } from '../../services/list-segment-members.ts';
import { listSegments } from '../../services/list-segments.ts';
import { previewSegment } from '../../services/preview-segment.ts';
import { refreshSegment } from '../../services/refresh-segment.ts';
import { AS_OF_HELP, command } from '../command.ts';
import { count, table } from '../output.ts';

export function addSegmentCommands(program: Command): void {
  const group = program.command('segment').description('who could be reached');

  group
    .command('list')
    .description('every segment with its size')
    .option('--as-of <moment>', AS_OF_HELP)
    .action(({ asOf }: { asOf?: string }) =>
      command(program, { asOf }, async ({ context }, flags) => {
        const segments = await listSegments(context, { asOf: flags.asOf });
        return {
          json: { asOf: flags.asOf, segments },
          text:
            segments.length === 0
              ? 'No segments yet: write them in YAML and apply it.'
              : table(
                  ['segment', 'customers', 'meaning'],
                  segments.map(({ name, customers, meaning }) => [name, count(customers), meaning]),
                ),
        };
      }),
    );

  group
    .command('preview <name>')
    .description('how many people a segment holds, and how they can be reached')
    .option('--as-of <moment>', AS_OF_HELP)
    .action((segment: string, { asOf }: { asOf?: string }) =>
      command(program, { asOf }, async ({ context }, flags) => {
        const preview = await previewSegment(context, { segment, asOf: flags.asOf });
        const { customers, withEmail, withPhone, reachable, meaning } = preview;
        return {
          json: preview,
          text: `${meaning}\n${count(customers)} customers: ${count(reachable)} reachable (${count(withEmail)} by email, ${count(withPhone)} by phone).`,
        };
      }),
    );

  group
    .command('refresh <name>')
    .description('reckon a segment anew, and have the syncs run that follow it')
    .action((segment: string) =>
      command(program, {}, async ({ context }) => {
        const refreshed = await refreshSegment(context, { segment });
        const { customers, before, queued } = refreshed;
        const change = before === null ? '' : `, ${count(before)} before`;
        const runs = queued.length === 0 ? '' : `\nA worker runs: ${queued.join(', ')}.`;
        return { json: refreshed, text: `${count(customers)} customers${change}.${runs}` };
      }),
    );

  group
    .command('members <name>')
    .description('the customer ids of a segment, a page at a time')
    .option('--as-of <moment>', AS_OF_HELP)
    .option('--after <id>', 'start behind this customer id', '')
    .option('--limit <n>', 'at most this many', positive, 1000)
    .action((segment: string, options: { asOf?: string; after: string; limit: number }) =>
      command(program, { asOf: options.asOf }, async ({ context }, flags) => {
        const { after, limit } = options;
        const members = await listSegmentMembers(context, {
          segment,
          asOf: flags.asOf,
          after,
          limit,
        });
        // A full page may have another behind it; the last id asks for it.
        const next = members.length === limit ? members.at(-1) : undefined;
        const more = next === undefined ? [] : [`More may follow: --after ${next}`];
        return {
          json: { segment, members, next: next ?? null },
          text: [...members, ...more].join('\n'),
        };
      }),
    );
}

/** A whole number from 1. */
export function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new InvalidArgumentError('It has to be a whole number from 1.');
  }
  return value;
}
