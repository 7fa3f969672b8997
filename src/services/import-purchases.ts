/** Brings a purchase log into the database. */
import type { Readable } from 'node:stream';
import { importPurchases as importStream } from '../customer/index.ts';
import type { ImportReport } from '../customer/index.ts';
import type { ServiceContext } from './context.ts';
import { importOptions } from './import-record.ts';
import type { ImportInput } from './import-record.ts';

/** Streams purchases from CSV or NDJSON; a bad line is rejected by itself, with its reason. */
export function importPurchases(
  context: ServiceContext,
  source: Readable,
  input: ImportInput,
): Promise<ImportReport> {
  return importStream(context.db, source, importOptions(context, 'purchases', input));
}
