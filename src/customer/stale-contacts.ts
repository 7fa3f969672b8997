/** The contact details that identity has yet to be computed from. */
import type { PoolClient } from 'pg';
import { loadSql, runSql } from '../infra/sql.ts';
import type { RawEmail, RawPhone } from './contact.ts';

export interface StaleContact {
  readonly customerId: string;
  readonly emails: readonly RawEmail[];
  readonly phones: readonly RawPhone[];
  /** ISO 3166 alpha-2. */
  readonly country: string | null;
  /** Raised whenever one of the above changes: says whether what was computed is still current. */
  readonly contactVersion: number;
}

const NEXT = loadSql(import.meta.url, 'stale-contacts.sql');

/**
 * Pages by customer id through the customers whose identity is stale, `batchSize` at a time. Each
 * page is a query of its own: no transaction stays open, memory holds one page, and pages already
 * given may be marked as current meanwhile, on this connection or another. A customer that turns
 * stale behind the page is left to the next pass.
 */
export async function* streamStaleContacts(
  client: PoolClient,
  batchSize: number,
): AsyncGenerator<StaleContact[]> {
  let after = '';
  for (;;) {
    const page = await runSql<ContactRow>(client, NEXT, { after, batch: batchSize });
    const last = page.rows.at(-1);
    if (last === undefined) return;
    yield page.rows.map((row) => ({
      customerId: row.customer_id,
      emails: row.emails,
      phones: row.phones,
      country: row.country,
      contactVersion: row.contact_version,
    }));
    if (page.rows.length < batchSize) return;
    after = last.customer_id;
  }
}

interface ContactRow {
  customer_id: string;
  emails: RawEmail[];
  phones: RawPhone[];
  country: string | null;
  contact_version: number;
}
