/** Brings a list of whom never to target into the database. */
import type { Readable } from 'node:stream';
import { importSuppressions as importStream } from '../customer/index.ts';
import type { ImportReport } from '../customer/index.ts';
import { suppressionKeys } from '../identity/index.ts';
import type { ServiceContext } from './context.ts';
import { importOptions } from './import-record.ts';
import type { ImportInput } from './import-record.ts';

/** Streams suppressions from CSV or NDJSON; a rejected line is a no that was not taken in. */
export function importSuppressions(
  context: ServiceContext,
  source: Readable,
  input: ImportInput,
): Promise<ImportReport> {
  const options = importOptions(context, 'suppressions', input);
  return importStream(context.db, source, options, suppressionKeys);
}
