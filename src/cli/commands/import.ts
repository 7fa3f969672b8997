/** `import customers|purchases|consents|suppressions FILE`. */
import type { Command } from 'commander';
import { importConsents } from '../../services/import-consents.ts';
import { importCustomers } from '../../services/import-customers.ts';
import { importPurchases } from '../../services/import-purchases.ts';
import { isRejectCode, rejectReason } from '../../services/import-record.ts';
import { importSuppressions } from '../../services/import-suppressions.ts';
import { command } from '../command.ts';
import type { Outcome } from '../command.ts';
import { createLineFile, openSource } from '../files.ts';
import { count } from '../output.ts';
import { noProgress, progress } from '../progress.ts';
import { readColumns } from '../columns.ts';

type Report = Awaited<ReturnType<typeof importPurchases>>;

interface Import {
  readonly run: typeof importPurchases;
  readonly option?: readonly [flags: string, help: string];
  /** Whether the command fails with any rejected line, since that may be a no that was not heard. */
  readonly mayLoseNo: boolean;
}

const IMPORTS: Readonly<Record<string, Import>> = {
  customers: {
    run: importCustomers,
    option: ['--country <code>', 'country of customers without one'],
    mayLoseNo: false,
  },
  purchases: {
    run: importPurchases,
    option: ['--currency <code>', 'currency of purchases without one'],
    mayLoseNo: false,
  },
  consents: { run: importConsents, mayLoseNo: true },
  suppressions: {
    run: importSuppressions,
    option: ['--country <code>', 'country of phones without one'],
    mayLoseNo: true,
  },
};

interface Flags {
  readonly format?: 'csv' | 'ndjson';
  readonly encoding: 'utf-8' | 'shift_jis';
  readonly columns?: string;
  readonly country?: string;
  readonly currency?: string;
  readonly timezone?: string;
  readonly rejects?: string;
}

export function addImportCommands(program: Command): void {
  const group = program.command('import').description('bring CRM data in (CSV or NDJSON)');
  for (const [what, how] of Object.entries(IMPORTS)) {
    const line = group
      .command(`${what} <file>`)
      .description(`import ${what}; - reads standard input`)
      .option('--format <format>', 'csv or ndjson; else by the file name')
      .option('--encoding <encoding>', 'utf-8 or shift_jis', 'utf-8')
      .option('--columns <map>', 'our column=theirs, with commas between')
      .option('--timezone <zone>', 'time zone of dates without one')
      .option('--rejects <file>', 'keep the rejected lines there, as NDJSON');
    if (how.option !== undefined) line.option(...how.option);
    line.action((file: string, flags: Flags) => runImport(program, what, how, file, flags));
  }
}

async function runImport(
  program: Command,
  what: string,
  { run, mayLoseNo }: Import,
  file: string,
  flags: Flags,
): Promise<void> {
  await command(program, {}, async ({ context, signal }, { json }): Promise<Outcome> => {
    const source = await openSource(file);
    const rejects = flags.rejects === undefined ? undefined : await createLineFile(flags.rejects);
    const bar = json ? noProgress : progress(`Importing ${what}`);
    try {
      const report = await run(context, source, {
        file,
        format: flags.format ?? (/\.(?:ndjson|jsonl)$/u.test(file) ? 'ndjson' : 'csv'),
        encoding: flags.encoding,
        columns: readColumns(flags.columns),
        timezone: flags.timezone ?? context.timezone,
        ...(flags.country === undefined ? {} : { country: flags.country }),
        ...(flags.currency === undefined ? {} : { currency: flags.currency }),
        signal,
        onProgress: ({ read }) => bar.update(read, 0),
        ...(rejects === undefined
          ? {}
          : { onReject: (reject) => rejects.write(JSON.stringify(reject)) }),
      });
      const { read } = report;
      const lost = lostLines(report);
      const bad = lost > 0 && (mayLoseNo || lost === read);
      const warning = bad && mayLoseNo ? [LOST] : [];
      return {
        json: report,
        text: [...describeReport(what, report), ...warning].join('\n'),
        ok: !bad,
      };
    } finally {
      bar.stop();
      await rejects?.close();
    }
  });
}

/** Other columns stay with what they describe; a consent or a suppression has nothing to describe. */
const KEEPS_ATTRIBUTES: readonly string[] = ['customers', 'purchases'];

/** Rejected lines that somebody should mend; those of erased customers are as they should be. */
function lostLines({ rejected, rejectedByCode }: Report): number {
  return rejected - (rejectedByCode.erased ?? 0);
}

const LOST =
  'A rejected line may hold a no that was not taken in: mend it and import the file again. --rejects FILE keeps such lines.';

function describeReport(what: string, report: Report): string[] {
  const { read, inserted, updated, unchanged, superseded, rejected } = report;
  const lines = [
    `${count(read)} lines of ${what}: ${count(inserted)} new, ${count(updated)} changed, ${count(unchanged)} unchanged, ${count(superseded)} replaced by a later line, ${count(rejected)} rejected.`,
  ];
  for (const code of Object.keys(report.rejectedByCode).filter(isRejectCode)) {
    const times = report.rejectedByCode[code] ?? 0;
    lines.push(`  rejected ${count(times)} × ${code}: ${rejectReason(code)}`);
  }
  if (report.customersCreated !== undefined && report.customersCreated > 0) {
    lines.push(
      `  ${count(report.customersCreated)} customers were not known before; they have no contact details yet.`,
    );
  }
  if (report.countryUnread !== undefined && report.countryUnread > 0) {
    lines.push(
      `  ${count(report.countryUnread)} customers have a country that could not be read; without a recorded consent they are not uploaded.`,
    );
  }
  if (report.attributes.length > 0) {
    const kept = KEEPS_ATTRIBUTES.includes(what)
      ? 'kept as attributes, which reach nobody'
      : 'left out';
    lines.push(`  columns ${kept}: ${report.attributes.join(', ')}`);
  }
  if (report.endKept !== undefined && report.endKept > 0) {
    lines.push(
      `  ${count(report.endKept)} × the end is earlier than the one that holds already, which stays; to shorten a suppression, remove it first.`,
    );
  }
  return lines;
}
