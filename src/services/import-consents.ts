/** Brings what customers allowed and refused into the database. */
import type { Readable } from 'node:stream';
import { importConsents as importStream } from '../customer/index.ts';
import type { ImportReport } from '../customer/index.ts';
import type { ServiceContext } from './context.ts';
import { importOptions } from './import-record.ts';
import type { ImportInput } from './import-record.ts';

/** Streams consents from CSV or NDJSON; a rejected line may be a no that was not taken in. */
export function importConsents(
  context: ServiceContext,
  source: Readable,
  input: ImportInput,
): Promise<ImportReport> {
  return importStream(context.db, source, importOptions(context, 'consents', input));
}
