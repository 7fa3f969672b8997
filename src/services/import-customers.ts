/** Brings customers into the database. */
import type { Readable } from 'node:stream';
import { importCustomers as importStream } from '../customer/index.ts';
import type { ImportOptions, ImportReport } from '../customer/index.ts';
import type { ServiceContext } from './context.ts';
import { recordImport } from './import-record.ts';
import type { ImportInput } from './import-record.ts';

/** Streams customers from CSV or NDJSON; a bad line is rejected by itself, with its reason. */
export async function importCustomers(
  context: ServiceContext,
  source: Readable,
  input: ImportInput,
): Promise<ImportReport> {
  const options: ImportOptions = { ...input, now: context.surroundings.clock.now() };
  const report = await importStream(context.db, source, options);
  await recordImport(context, 'customers', input, report);
  return report;
}
