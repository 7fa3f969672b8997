/** Rows into a staging table, by PostgreSQL's COPY in text format. */
import { pipeline } from 'node:stream/promises';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** Cells in the order of the staging table's columns; null is NULL. */
export interface StagedRow {
  readonly ok: true;
  readonly cells: readonly (string | null)[];
}

/**
 * Copies blocks of rows into `table`, no faster than the database takes them.
 *
 * See PostgreSQL's manual, COPY, "Text Format": tab between cells, `\N` for NULL, backslash before
 * what would be read as either.
 */
export async function copyRows(
  client: PoolClient,
  table: string,
  columns: readonly string[],
  blocks: AsyncIterable<readonly StagedRow[]>,
): Promise<void> {
  const copy = client.query(copyFrom(`COPY ${table} (${columns.join(', ')}) FROM STDIN`));
  await pipeline(async function* () {
    for await (const rows of blocks) {
      if (rows.length > 0) yield rows.map(toLine).join('');
    }
  }, copy);
}

const QUOTED = /["\\]/g;

/** A text[] literal: every element quoted. */
export function arrayLiteral(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replaceAll(QUOTED, String.raw`\$&`)}"`).join(',')}}`;
}

function toLine({ cells }: StagedRow): string {
  return `${cells.map(toCell).join('\t')}\n`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
};

function toCell(value: string | null): string {
  if (value === null) return String.raw`\N`;
  return /[\\\t\n\r]/.test(value)
    ? value.replaceAll(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character)
    : value;
}
