/** `import customers|purchases FILE`. */
import type { Command } from 'commander';
import { importCustomers } from '../../services/import-customers.ts';
import { importPurchases } from '../../services/import-purchases.ts';
import { isRejectCode, rejectReason } from '../../services/import-record.ts';
import { command } from '../command.ts';
import type { Outcome } from '../command.ts';
import { createLineFile, openSource } from '../files.ts';
import { count } from '../output.ts';
import { noProgress, progress } from '../progress.ts';
import { readColumns } from '../columns.ts';

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
  for (const what of ['customers', 'purchases'] as const) {
    const line = group
      .command(`${what} <file>`)
      .description(`import ${what}; - reads standard input`)
      .option('--format <format>', 'csv or ndjson; else by the file name')
      .option('--encoding <encoding>', 'utf-8 or shift_jis', 'utf-8')
      .option('--columns <map>', 'our column=theirs, with commas between')
      .option('--timezone <zone>', 'time zone of dates without one')
      .option('--rejects <file>', 'keep the rejected lines there, as NDJSON');
    if (what === 'customers') line.option('--country <code>', 'country of customers without one');
    else line.option('--currency <code>', 'currency of purchases without one');
    line.action((file: string, flags: Flags) => runImport(program, what, file, flags));
  }
}

async function runImport(
  program: Command,
  what: 'customers' | 'purchases',
  file: string,
  flags: Flags,
): Promise<void> {
  await command(program, {}, async ({ context, signal }, { json }): Promise<Outcome> => {
    const source = await openSource(file);
    const rejects = flags.rejects === undefined ? undefined : await createLineFile(flags.rejects);
    const bar = json ? noProgress : progress(`Importing ${what}`);
    const importer = what === 'customers' ? importCustomers : importPurchases;
    try {
      const report = await importer(context, source, {
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
      const nothingCame = report.read > 0 && report.rejected === report.read;
      return { json: report, text: describeReport(what, report), ok: !nothingCame };
    } finally {
      bar.stop();
      await rejects?.close();
    }
  });
}

type Report = Awaited<ReturnType<typeof importPurchases>>;

function describeReport(what: string, report: Report): string {
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
  return lines.join('\n');
}
