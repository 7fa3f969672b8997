/** What identity has yet to be computed from. */
import type { PoolClient } from 'pg';
import { loadSql, runSql } from '../infra/sql.ts';
import type { RawEmail, RawPhone } from './contact.ts';

/** What we know of a person that a platform may know too, as imported. */
export interface Contact {
  readonly emails: readonly RawEmail[];
  readonly phones: readonly RawPhone[];
  readonly mobileIds: readonly string[];
  readonly xHandles: readonly string[];
  readonly xIds: readonly string[];
  readonly externalId: string | null;
  /** ISO 3166 alpha-2; ZZ where it could not be read, null where there is none. */
  readonly country: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly city: string | null;
  readonly region: string | null;
  readonly postalCode: string | null;
  readonly birthDate: string | null;
  readonly gender: string | null;
}

export interface StaleContact extends Contact {
  readonly customerId: string;
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
  client: Pick<PoolClient, 'query'>,
  batchSize: number,
): AsyncGenerator<StaleContact[]> {
  let after = '';
  for (;;) {
    const page = await runSql<ContactRow>(client, NEXT, { after, batch: batchSize });
    const last = page.rows.at(-1);
    if (last === undefined) return;
    yield page.rows.map(contactOf);
    if (page.rows.length < batchSize) return;
    after = last.customer_id;
  }
}

/** Marks every customer as stale: the rules that identity is computed by are no longer the same. */
export async function markAllStale(client: Pick<PoolClient, 'query'>): Promise<void> {
  await client.query('UPDATE customer SET identity_stale = true WHERE NOT identity_stale');
}

interface ContactRow {
  customer_id: string;
  emails: RawEmail[];
  phones: RawPhone[];
  mobile_ids: string[];
  x_handles: string[];
  x_ids: string[];
  external_id: string | null;
  country: string | null;
  first_name: string | null;
  last_name: string | null;
  city: string | null;
  region: string | null;
  postal_code: string | null;
  birth_date: string | null;
  gender: string | null;
  contact_version: number;
}

function contactOf(row: ContactRow): StaleContact {
  return {
    customerId: row.customer_id,
    emails: row.emails,
    phones: row.phones,
    mobileIds: row.mobile_ids,
    xHandles: row.x_handles,
    xIds: row.x_ids,
    externalId: row.external_id,
    country: row.country,
    firstName: row.first_name,
    lastName: row.last_name,
    city: row.city,
    region: row.region,
    postalCode: row.postal_code,
    birthDate: row.birth_date,
    gender: row.gender,
    contactVersion: row.contact_version,
  };
}
