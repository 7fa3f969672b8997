/** `suppression add|remove|list|check`: whom never to target. */
import { Option } from 'commander';
import type { Command } from 'commander';
import { checkSuppression } from '../../services/check-suppression.ts';
import type { SuppressionCheck } from '../../services/check-suppression.ts';
import { liftSuppression } from '../../services/lift-suppression.ts';
import { listSuppressions } from '../../services/list-suppressions.ts';
import type { SuppressionPage } from '../../services/list-suppressions.ts';
import { suppress } from '../../services/suppress.ts';
import type { Suppressed } from '../../services/suppress.ts';
import { SUPPRESSION_KINDS } from '../../services/suppression-subject.ts';
import type { NamedValue, SuppressionKind } from '../../services/suppression-subject.ts';
import { command, readAsOf } from '../command.ts';
import { readText } from '../files.ts';
import { count, countOf, table } from '../output.ts';
import { positive } from './segments.ts';

/** A slip of the pen shows as nobody. */
function describeCarriers(kind: SuppressionKind, customers: number): string {
  if (kind === 'customer') return customers === 0 ? 'No customer has that id yet.' : '';
  return `${countOf(customers, 'customer')} ${customers === 1 ? 'has' : 'have'} it now.`;
}

export function addSuppressionCommands(program: Command): void {
  const group = program.command('suppression').description('whom never to target');

  named(group.command('add'))
    .description('suppress a customer, e-mail, phone or domain from the next run on')
    .option('--reason <text>', 'why')
    .option('--until <moment>', 'a date (its end) or a timestamp; else it lasts')
    .action((flags: Named & { reason?: string; until?: string }) =>
      command(program, {}, async ({ context, signal }) => {
        const { reason, until } = flags;
        const subject = await readNamed(flags, signal);
        const suppressed = await suppress(context, {
          ...subject,
          ...(reason === undefined ? {} : { reason }),
          ...(until === undefined ? {} : { until: readAsOf(until, context.timezone) }),
        });
        const { customers } = await checkSuppression(context, subject);
        return {
          json: { ...suppressed, customers },
          text: `${describeSuppressed(suppressed)} ${describeCarriers(subject.kind, customers)}`.trim(),
        };
      }),
    );

  named(group.command('remove'))
    .description('take a suppression away')
    .action((flags: Named) =>
      command(program, {}, async ({ context, signal }) => {
        const result = await liftSuppression(context, await readNamed(flags, signal));
        const { subject, lifted } = result;
        return {
          json: result,
          text: lifted
            ? `${subject} is no longer suppressed by itself.`
            : `${subject} was not suppressed; nothing was removed.`,
          ok: lifted,
        };
      }),
    );

  group
    .command('list')
    .description('every suppression, newest first, a page at a time')
    .addOption(new Option('--kind <kind>', 'of this kind alone').choices(SUPPRESSION_KINDS))
    .option('--after <id>', 'start behind this entry')
    .option('--limit <n>', 'at most this many', positive, 100)
    .action((options: { kind?: SuppressionKind; after?: string; limit: number }) =>
      command(program, {}, async ({ context }) => {
        const page = await listSuppressions(context, options);
        return { json: page, text: describePage(page) };
      }),
    );

  named(group.command('check'))
    .description('whether somebody is suppressed, by what, and how many customers that concerns')
    .action((flags: Named) =>
      command(program, {}, async ({ context, signal }) => {
        const checked = await checkSuppression(context, await readNamed(flags, signal));
        return { json: checked, text: describeCheck(checked) };
      }),
    );
}

interface Named {
  readonly kind: SuppressionKind;
  readonly value: string;
  readonly country?: string;
}

function named(line: Command): Command {
  return line
    .addOption(
      new Option('--kind <kind>', 'of what').choices(SUPPRESSION_KINDS).makeOptionMandatory(),
    )
    .requiredOption(
      '--value <value>',
      'the customer id, e-mail, phone or domain; - reads it from standard input',
    )
    .option('--country <code>', 'where a phone without a country code would be dialled');
}

/** A value on a command line stays in the shell's history; one from standard input does not. */
async function readNamed(
  { kind, value, country }: Named,
  signal: AbortSignal,
): Promise<NamedValue> {
  const given = value === '-' ? (await readText(value, signal)).trim() : value;
  return { kind, value: given, ...(country === undefined ? {} : { country }) };
}

function describeSuppressed({ subject, outcome, reason, until, since }: Suppressed): string {
  const terms = `${ending(until)} (${reason})`;
  switch (outcome) {
    case 'added':
      return `${subject} is suppressed ${terms}.`;
    case 'changed':
      return `${subject} is now suppressed ${terms}.`;
    case 'unchanged':
      return `${subject} is suppressed since ${day(since)} ${terms}; nothing changed.`;
    case 'kept':
      return `${subject} is suppressed ${terms} already, which is longer and stays; to shorten it, remove it first.`;
  }
}

function describePage({ total, expired, suppressions, next }: SuppressionPage): string {
  if (total === 0) return 'No suppressions.';
  const rows = suppressions.map((entry) => [
    entry.kind,
    entry.customerId ?? entry.digest ?? '',
    entry.expired ? `expired ${day(entry.until)}` : ending(entry.until),
    day(entry.since),
    entry.reason,
  ]);
  return [
    table(['kind', 'customer or digest', 'until', 'since', 'reason'], rows),
    `${count(total)} suppressions, ${count(expired)} of them expired.`,
    ...(next === null ? [] : [`More follow: --after ${next}`]),
  ].join('\n');
}

function describeCheck({ subject, suppressed, since, by, customers }: SuppressionCheck): string {
  return [
    suppressed ? `${subject} is suppressed, since ${day(since)}.` : `${subject} is not suppressed.`,
    ...by.map(
      (entry) =>
        `  by ${entry.subject}, ${entry.expired ? `which expired ${day(entry.until)}` : ending(entry.until)} (${entry.reason})`,
    ),
    `${count(customers)} ${customers === 1 ? 'customer carries' : 'customers carry'} it.`,
  ].join('\n');
}

function ending(until: Date | null): string {
  return until === null ? 'for ever' : `until ${until.toISOString()}`;
}

function day(at: Date | null): string {
  return at?.toISOString() ?? '';
}
