/** Imports suppressions: whom never to target. */
import type { Readable } from 'node:stream';
import type { ClientBase, PoolClient } from 'pg';
import type { Db } from '../../infra/db.ts';
import { loadSql, runSql } from '../../infra/sql.ts';
import { copyRows } from './copy.ts';
import type { StagedRow } from './copy.ts';
import { importFile } from './import-file.ts';
import type { ImportOptions, ImportReport } from './options.ts';
import {
  SUPPRESSION_CELLS,
  SUPPRESSION_SHAPE,
  suppressionCells,
  suppressionRow,
} from './suppression-row.ts';
import type { SuppressionKeys, SuppressionSubject } from './suppression-subject.ts';

const STAGE = loadSql(import.meta.url, 'stage-suppressions.sql');
const MERGE = loadSql(import.meta.url, 'merge-suppressions.sql');
const TABLE = 'import_suppression';

/**
 * Imports suppressions from CSV or NDJSON: `kind` (customer, email, phone, domain), `value`,
 * `reason`, `until`, `country` (of a phone). Further columns are left out.
 *
 * - One transaction: killed or failed anywhere, nothing of the file is imported.
 * - Of an e-mail, phone or domain its digests are kept, never the value. A value that cannot be
 *   normalised is refused with the reason.
 * - `until` is a moment, or a day, which stands for its end in `options.timezone`; none is for ever.
 *   A phone without a country is dialled in `options.country`.
 * - An import never shortens a suppression: of two ends of the same subject the later holds, with
 *   its reason, and `endKept` counts the lines that asked for less. Where both end together the
 *   later line or file gives the reason, unless it has none. To shorten, lift it first.
 * - A customer need not be known yet.
 * - Memory does not grow with the file.
 *
 * @throws RekindleError `input.invalid` or `input.encoding` when the options or the header cannot
 *   be used, `interrupted` when `options.signal` ends it, `database.unreachable`.
 */
export function importSuppressions(
  db: Db,
  source: Readable,
  options: ImportOptions,
  keysOf: SuppressionKeys,
): Promise<ImportReport> {
  return importFile(db, source, options, {
    shape: SUPPRESSION_SHAPE,
    table: TABLE,
    cells: SUPPRESSION_CELLS,
    createTable: STAGE,
    toRow: (line, content) => suppressionRow(line, content, keysOf, options.country),
    merge: (client) => merge(client, options),
  });
}

export interface SuppressionTerms {
  /** Null for none said. */
  readonly reason: string | null;
  /** Null for ever. */
  readonly until: Date | null;
}

/**
 * Suppresses one subject by the rules of an import, in the caller's transaction, which holds
 * `lockCustomers`. `kept` says that it was suppressed for longer already, which stays.
 */
export async function enterSuppression(
  client: PoolClient,
  subject: SuppressionSubject,
  { reason, until }: SuppressionTerms,
  now: Date,
): Promise<'added' | 'changed' | 'unchanged' | 'kept'> {
  const end = until === null ? null : { at: until.toISOString(), exact: true };
  await runSql(client, STAGE);
  await copyRows(client, TABLE, SUPPRESSION_CELLS, one(suppressionCells(1, subject, reason, end)));
  const { inserted, updated, endKept } = await merge(client, { timezone: 'UTC', now });
  if (inserted > 0) return 'added';
  if (endKept > 0) return 'kept';
  return updated > 0 ? 'changed' : 'unchanged';
}

async function* one(cells: StagedRow['cells']): AsyncGenerator<StagedRow[]> {
  yield [{ ok: true, cells }];
}

const NO_REASON = 'import';

interface MergedRow {
  readonly inserted: number;
  readonly updated: number;
  readonly superseded: number;
  readonly end_kept: number;
}

async function merge(
  client: Pick<ClientBase, 'query'>,
  { timezone, now }: Pick<ImportOptions, 'timezone' | 'now'>,
) {
  const merged = await runSql<MergedRow>(client, MERGE, { no_reason: NO_REASON, timezone, now });
  const { inserted = 0, updated = 0, superseded = 0, end_kept = 0 } = merged.rows[0] ?? {};
  return { inserted, updated, superseded, endKept: end_kept };
}
