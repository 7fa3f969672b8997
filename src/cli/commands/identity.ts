/** `identity report`. */
import type { Command } from 'commander';
import { reportIdentity } from '../../services/report-identity.ts';
import type { IdentityReport } from '../../services/report-identity.ts';
import { command } from '../command.ts';
import { count, countOf, percent, table } from '../output.ts';

export function addIdentityCommands(program: Command): void {
  program
    .command('identity')
    .description('what the identifiers of all customers are worth')
    .command('report')
    .description('who can be reached on each platform, what was unusable, and what to mend first')
    .action(() =>
      command(program, {}, async ({ context }) => {
        const report = await reportIdentity(context);
        return { json: report, text: describeReport(report).join('\n') };
      }),
    );
}

function describeReport({ customers, platforms, unusable }: IdentityReport): string[] {
  if (customers === 0) return ['There are no customers yet: rekindle import customers FILE.'];
  const reach = platforms.map(({ platform, share, customers: reached, byKind }) => [
    platform,
    share === null ? 'not known' : percent(share),
    count(reached),
    Object.entries(byKind)
      .map(([kind, having]) => `${kind} ${count(having ?? 0)}`)
      .join(', '),
  ]);
  const first = unusable.find(({ unreachable }) => unreachable > 0) ?? unusable[0];
  return [
    countOf(customers, 'customer'),
    table(['platform', 'reachable', 'customers', 'by'], reach),
    ...(unusable.length === 0
      ? ['Every value could be used.']
      : [
          table(
            ['kind', 'left out because', 'values', 'customers', 'of them out of reach'],
            unusable.map((group) => [
              group.kind,
              group.reason,
              count(group.values),
              count(group.customers),
              count(group.unreachable),
            ]),
          ),
        ]),
    ...(first === undefined
      ? []
      : [
          `Mend first: ${first.kind}, ${countOf(first.customers, 'customer')}, ${count(first.unreachable)} of them out of reach. ${first.sentence}`,
        ]),
  ];
}
