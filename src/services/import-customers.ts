/** Brings customers into the database. */
import type { Readable } from 'node:stream';
import { importCustomers as importStream } from '../customer/index.ts';
import type { ImportReport } from '../customer/index.ts';
import type { ServiceContext } from './context.ts';
import { importOptions } from './import-record.ts';
import type { ImportInput } from './import-record.ts';

/** Streams customers from CSV or NDJSON; a bad line is rejected by itself, with its reason. */
export function importCustomers(
  context: ServiceContext,
  source: Readable,
  input: ImportInput,
): Promise<ImportReport> {
  return importStream(context.db, source, importOptions(context, 'customers', input));
}
