/** Imports customers. */
import type { Readable } from 'node:stream';
import type { Db } from '../../infra/db.ts';
import { loadSql, runSql } from '../../infra/sql.ts';
import { UNKNOWN_COUNTRY } from './country.ts';
import { CUSTOMER_CELLS, CUSTOMER_SHAPE, customerRow } from './customer-row.ts';
import { importFile } from './import-file.ts';
import type { ImportOptions, ImportReport } from './options.ts';

const STAGE = loadSql(import.meta.url, 'stage-customers.sql');
const SUPERSEDE = loadSql(import.meta.url, 'supersede-customers.sql');
const MERGE = loadSql(import.meta.url, 'merge-customers.sql');

interface MergedRow {
  readonly inserted: number;
  readonly updated: number;
  readonly country_unread: number;
}

/**
 * Imports customers from CSV or NDJSON: `customer_id`, `email`, `email_2`, …, `phone`, `phone_2`, …,
 * `mobile_id`, …, `x_handle`, …, `x_id`, … (in NDJSON also lists, as `emails` or `email`), `country`,
 * `first_name`, `last_name`, `city`, `region`, `postal_code`, `birth_date`, `gender`,
 * `external_id`; every other named column becomes an attribute.
 *
 * - One transaction: killed or failed anywhere, nothing of the file is imported.
 * - Values are kept as given, trimmed. A country is kept as its two letters (see `readCountry`), one
 *   that cannot be read as ZZ, never as none: nobody may take it for a country without consent rules.
 * - On update a column that the file does not have stays as it is; one that it has and leaves empty
 *   is cleared. The numbered columns of one kind go together: the file's values replace the
 *   customer's list. A customer left without a country gets `options.country`.
 * - Of several lines of one customer the last counts, as a whole.
 * - A change of anything but attributes raises the contact version and marks the identity as stale.
 *   A customer that did not change is not written.
 * - Memory does not grow with the file.
 *
 * @throws RekindleError `input.invalid` or `input.encoding` when the options or the header cannot
 *   be used, `interrupted` when `options.signal` ends it, `database.unreachable`.
 */
export function importCustomers(
  db: Db,
  source: Readable,
  options: ImportOptions,
): Promise<ImportReport> {
  return importFile(db, source, options, {
    shape: CUSTOMER_SHAPE,
    table: 'import_customer',
    cells: CUSTOMER_CELLS,
    createTable: STAGE,
    toRow: customerRow,
    async merge(client) {
      const superseded = await runSql(client, SUPERSEDE);
      const merged = await runSql<MergedRow>(client, MERGE, {
        country: options.country ?? null,
        unknown_country: UNKNOWN_COUNTRY,
        now: options.now,
      });
      const { inserted = 0, updated = 0, country_unread = 0 } = merged.rows[0] ?? {};
      return {
        inserted,
        updated,
        superseded: superseded.rowCount ?? 0,
        countryUnread: country_unread,
      };
    },
  });
}
