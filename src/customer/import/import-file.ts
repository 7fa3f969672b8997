/** What all imports have in common: read, stage, merge, count. */
import { addAbortSignal } from 'node:stream';
import type { Readable } from 'node:stream';
import pg from 'pg';
import type { PoolClient } from 'pg';
import { RekindleError } from '../../errors.ts';
import { inTransaction } from '../../infra/db.ts';
import type { Db } from '../../infra/db.ts';
import { lockCustomers } from '../../infra/locks.ts';
import { runSql } from '../../infra/sql.ts';
import type { Statement } from '../../infra/sql.ts';
import type { Shape, Target } from './columns.ts';
import { copyRows } from './copy.ts';
import type { StagedRow } from './copy.ts';
import { csvRecords } from './csv.ts';
import { shown } from './header.ts';
import { leaveOutErased } from './leave-out-erased.ts';
import { readLines } from './lines.ts';
import { ndjsonRecords } from './ndjson.ts';
import { checkOptions } from './options.ts';
import type { ImportOptions, ImportReport } from './options.ts';
import type { ParsedRecord, Values } from './records.ts';
import { fault } from './rejects.ts';
import type { Fault, RejectCode } from './rejects.ts';

/** How one kind of file is imported. */
export interface Importer<Field extends string> {
  readonly shape: Shape<Field>;
  readonly table: string;
  readonly cells: readonly string[];
  readonly createTable: Statement;
  readonly toRow: (line: number, content: Values<Field>) => StagedRow | Fault;
  /** Brings the staged rows into the tables, in the transaction of the import. */
  readonly merge: (client: PoolClient) => Promise<Merged>;
}

export type Merged = Pick<
  ImportReport,
  'inserted' | 'updated' | 'superseded' | 'customersCreated' | 'countryUnread' | 'endKept'
>;

interface Tally {
  read: number;
  rejected: number;
  readonly rejectedByCode: Partial<Record<RejectCode, number>>;
  readonly attributes: Set<string>;
}

/** Lines may invent columns without end; so many are told of. */
const ATTRIBUTES_TOLD = 50;

/**
 * Streams a file into a staging table and merges it, all in one transaction: killed or failed
 * anywhere, nothing of it is imported.
 */
export async function importFile<Field extends string>(
  db: Db,
  source: Readable,
  options: ImportOptions,
  importer: Importer<Field>,
): Promise<ImportReport> {
  // A file that cannot be opened says so before anybody reads it; the reading repeats it.
  source.on('error', () => {});
  const tally: Tally = { read: 0, rejected: 0, rejectedByCode: {}, attributes: new Set() };
  try {
    checkOptions(options);
    if (options.signal !== undefined) addAbortSignal(options.signal, source);
    return await inTransaction(db, async (client) => {
      await runSql(client, importer.createTable);
      const rows = stagedRows(parsed(source, options, importer.shape), options, importer, tally);
      await copyRows(client, importer.table, importer.cells, rows);
      options.signal?.throwIfAborted();
      await lockCustomers(client);
      for (const line of await leaveOutErased(client, importer.table)) {
        // Without the line as it stood: nothing of an erased person is kept.
        await reject(fault('erased'), { line, raw: '' }, options, tally);
      }
      await client.query(`ANALYZE ${importer.table}`);
      const merged = await importer.merge(client);
      options.signal?.throwIfAborted();
      const { read, rejected, rejectedByCode } = tally;
      const unchanged = read - rejected - merged.superseded - merged.inserted - merged.updated;
      const attributes = [...tally.attributes];
      const report = { read, unchanged, rejected, rejectedByCode, attributes, ...merged };
      await options.record?.(client, report);
      return report;
    });
  } catch (error) {
    throw options.signal?.aborted === true ? interrupted(error) : withoutValues(error);
  } finally {
    source.destroy();
  }
}

function parsed<Field extends string>(
  source: Readable,
  options: ImportOptions,
  shape: Shape<Field>,
): AsyncIterable<ParsedRecord<Field>[]> {
  const read = options.format === 'csv' ? csvRecords<Field> : ndjsonRecords<Field>;
  return read(readLines(source, options.encoding), shape, options.columns);
}

async function* stagedRows<Field extends string>(
  blocks: AsyncIterable<ParsedRecord<Field>[]>,
  options: ImportOptions,
  importer: Importer<Field>,
  tally: Tally,
): AsyncGenerator<StagedRow[]> {
  for await (const records of blocks) {
    const rows: StagedRow[] = [];
    let noticed: unknown;
    for (const { line, raw, content } of records) {
      // The lines of a CSV file share their columns.
      if (content.ok && content.targets !== noticed) {
        noticed = content.targets;
        noticeAttributes(content.targets, tally.attributes);
      }
      const row = content.ok ? importer.toRow(line, content) : content;
      if (row.ok) rows.push(row);
      else await reject(row, { line, raw }, options, tally);
    }
    tally.read += records.length;
    options.onProgress?.({ read: tally.read, rejected: tally.rejected });
    yield rows;
  }
}

function noticeAttributes(targets: readonly Target<string>[], names: Set<string>): void {
  for (const target of targets) {
    if (target.kind === 'attribute' && names.size < ATTRIBUTES_TOLD) names.add(shown(target.name));
  }
}

async function reject(
  { code, reason }: Fault,
  where: { readonly line: number; readonly raw: string },
  options: ImportOptions,
  tally: Tally,
): Promise<void> {
  tally.rejected += 1;
  tally.rejectedByCode[code] = (tally.rejectedByCode[code] ?? 0) + 1;
  await options.onReject?.({ ...where, code, reason });
}

function interrupted(cause: unknown): RekindleError {
  return new RekindleError(
    'interrupted',
    'The import was interrupted, and nothing of the file was imported. Start it again.',
    { cause },
  );
}

/** What PostgreSQL says about a failed row quotes the row; only its code may go on. */
function withoutValues(error: unknown): unknown {
  return error instanceof pg.DatabaseError
    ? new Error(`The database refused the import (SQLSTATE ${error.code}); nothing was imported.`)
    : error;
}
