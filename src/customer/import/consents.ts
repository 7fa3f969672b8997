/** Imports consents. */
import type { Readable } from 'node:stream';
import type { Db } from '../../infra/db.ts';
import { loadSql, runSql } from '../../infra/sql.ts';
import { CONSENT_CELLS, CONSENT_SHAPE, consentRow } from './consent-row.ts';
import { STATUSES } from './consent-words.ts';
import { importFile } from './import-file.ts';
import type { Merged } from './import-file.ts';
import type { ImportOptions, ImportReport } from './options.ts';
import { stillToCome } from './to-come.ts';

const STAGE = loadSql(import.meta.url, 'stage-consents.sql');
const CREATE_CUSTOMERS = loadSql(import.meta.url, 'create-consenting-customers.sql');
const READ_ANSWERS = loadSql(import.meta.url, 'read-answers.sql');
const RECORD = loadSql(import.meta.url, 'record-consents.sql');
const MERGE = loadSql(import.meta.url, 'merge-consents.sql');

/**
 * Imports what customers allowed and refused, from CSV or NDJSON: `customer_id`, `purpose`
 * (`ad_user_data`, `ad_personalization`, `marketing`), `status` (granted, denied, unknown, or a
 * usual word for one of them), `at`, `source`; or with a column for each purpose that holds its
 * status, where an empty cell says nothing. Further columns are left out.
 *
 * - One transaction: killed or failed anywhere, nothing of the file is imported.
 * - The newest answer of a customer and purpose counts, in whatever order lines and files come. Of
 *   answers of the same moment denied beats unknown beats granted: a no may not be lost to an order.
 *   A later unknown does not lift a no, which where silence is a yes it would; a later yes does.
 * - Every answer is kept in `consent_record`; of several of the same moment the strictest.
 * - A status that cannot be read is refused, never taken for a yes or left out in silence.
 * - A time without an offset is read in `options.timezone`, a date as its beginning; one that is
 *   still to come is refused, since nothing could be newer.
 * - Consents of an unknown customer create one, with its id and `options.country` alone.
 * - In the report a line is new where it brings the first answer to one of its purposes, changed
 *   where it brings a newer or stricter one, superseded where other lines of the file overrule all
 *   that it says, else unchanged. Superseded and older lines are recorded all the same.
 * - Memory does not grow with the file.
 *
 * @throws RekindleError `input.invalid` or `input.encoding` when the options or the header cannot
 *   be used, `interrupted` when `options.signal` ends it, `database.unreachable`.
 */
export function importConsents(
  db: Db,
  source: Readable,
  options: ImportOptions,
): Promise<ImportReport> {
  const { now, timezone } = options;
  const isToCome = stillToCome(now, timezone);
  return importFile(db, source, options, {
    shape: CONSENT_SHAPE,
    table: 'import_consent',
    cells: CONSENT_CELLS,
    createTable: STAGE,
    toRow: (line, content) => consentRow(line, content, isToCome),
    async merge(client) {
      const created = await runSql(client, CREATE_CUSTOMERS, {
        country: options.country ?? null,
        now,
      });
      await runSql(client, READ_ANSWERS, { statuses: STATUSES, timezone, now });
      await client.query('ANALYZE import_answer');
      await runSql(client, RECORD, { now });
      const merged = await runSql<Pick<Merged, 'inserted' | 'updated' | 'superseded'>>(
        client,
        MERGE,
      );
      const { inserted = 0, updated = 0, superseded = 0 } = merged.rows[0] ?? {};
      return { inserted, updated, superseded, customersCreated: created.rowCount ?? 0 };
    },
  });
}
