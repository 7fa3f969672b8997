/** Imports purchases. */
import type { Readable } from 'node:stream';
import type { Db } from '../../infra/db.ts';
import { loadSql, runSql } from '../../infra/sql.ts';
import { importFile } from './import-file.ts';
import type { Merged } from './import-file.ts';
import type { ImportOptions, ImportReport } from './options.ts';
import { PURCHASE_CELLS, PURCHASE_SHAPE, purchaseRow } from './purchase-row.ts';

const STAGE = loadSql(import.meta.url, 'stage-purchases.sql');
const NUMBER = loadSql(import.meta.url, 'number-purchases.sql');
const SUPERSEDE = loadSql(import.meta.url, 'supersede-purchases.sql');
const CREATE_CUSTOMERS = loadSql(import.meta.url, 'create-customers.sql');
const MERGE = loadSql(import.meta.url, 'merge-purchases.sql');

/**
 * Imports purchases from CSV or NDJSON: `purchase_id`, `customer_id`, `purchased_at`, `amount`,
 * `currency`, `quantity`, `category`; every other named column becomes an attribute.
 *
 * - One transaction: killed or failed anywhere, nothing of the file is imported.
 * - A purchase without an id gets one from all that its line says, and from how often the file
 *   said the same before. So the same file again changes nothing, and equal lines of one file stay
 *   purchases of their own. Equal lines of two files are taken for the same purchase.
 * - A purchase is known by customer and id together. A column that the file does not have stays as
 *   it is on update; one that it has and leaves empty is cleared.
 * - A time without an offset is read in `options.timezone`; one that a clock change skips or
 *   repeats, as PostgreSQL's AT TIME ZONE reads it. Amounts are kept to 4 decimals, quantities to 3.
 * - A purchase left without a currency gets `options.currency`.
 * - Purchases of an unknown customer create one, with its id and `options.country` alone.
 * - Memory does not grow with the file.
 *
 * @throws RekindleError `input.invalid` or `input.encoding` when the options or the header cannot
 *   be used, `interrupted` when `options.signal` ends it, `database.unreachable`.
 */
export function importPurchases(
  db: Db,
  source: Readable,
  options: ImportOptions,
): Promise<ImportReport> {
  return importFile(db, source, options, {
    shape: PURCHASE_SHAPE,
    table: 'import_purchase',
    cells: PURCHASE_CELLS,
    createTable: STAGE,
    toRow: (line, content) => purchaseRow(line, content, options.currency),
    async merge(client) {
      await runSql(client, NUMBER);
      const superseded = await runSql(client, SUPERSEDE);
      const { now, timezone } = options;
      const created = await runSql(client, CREATE_CUSTOMERS, {
        country: options.country ?? null,
        now,
      });
      const merged = await runSql<Pick<Merged, 'inserted' | 'updated'>>(client, MERGE, {
        currency: options.currency ?? null,
        timezone,
        now,
      });
      const { inserted = 0, updated = 0 } = merged.rows[0] ?? {};
      return {
        inserted,
        updated,
        superseded: superseded.rowCount ?? 0,
        customersCreated: created.rowCount ?? 0,
      };
    },
  });
}
