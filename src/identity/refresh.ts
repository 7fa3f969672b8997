/** Keeps the `identity` table current: computes only customers whose contact details changed. */
import { once } from 'node:events';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { streamStaleContacts } from '../customer/index.ts';
import type { StaleContact } from '../customer/index.ts';
import type { Db } from '../infra/db.ts';
import { inTransaction, onConnection } from '../infra/db.ts';
import { lockCustomers } from '../infra/locks.ts';
import { loadSql, runSql } from '../infra/sql.ts';
import { computeIdentity } from './compute.ts';

const UPSERT = loadSql(import.meta.url, 'upsert-identity.sql');
const BATCH = 5_000;

/**
 * Recomputes the identities that are out of date; gives how many. Killed half-way, the rest is
 * still marked and done by the next call.
 */
export async function refreshIdentities(
  db: Db,
  options: { readonly now: Date; readonly onProgress?: (done: number) => void },
): Promise<number> {
  let done = 0;
  await onConnection(db, async (reader) => {
    for await (const contacts of streamStaleContacts(reader, BATCH)) {
      await inTransaction(db, (writer) => store(writer, contacts, options.now));
      done += contacts.length;
      options.onProgress?.(done);
    }
  });
  return done;
}

async function store(
  client: PoolClient,
  contacts: readonly StaleContact[],
  now: Date,
): Promise<void> {
  await client.query(
    `CREATE TEMP TABLE identity_staging (
       customer_id text COLLATE "C", email_plain bytea[], email_google bytea[], phone_e164 bytea[],
       phone_digits bytea[], email_domain bytea[], unusable text[], contact_version integer
     ) ON COMMIT DROP`,
  );
  const copy = client.query(copyFrom('COPY identity_staging FROM STDIN'));
  for (const contact of contacts) {
    if (!copy.write(copyLine(contact))) await once(copy, 'drain');
  }
  copy.end();
  await once(copy, 'finish');
  await lockCustomers(client);
  await runSql(client, UPSERT, { now });
}

function copyLine(contact: StaleContact): string {
  const { digests, emailDomains, unusable } = computeIdentity(contact);
  return `${[
    copyText(contact.customerId),
    byteArray(digests.email_plain),
    byteArray(digests.email_google),
    byteArray(digests.phone_e164),
    byteArray(digests.phone_digits),
    byteArray(emailDomains),
    // Reasons are our own words: letters, hyphens and a colon.
    `{${unusable.join(',')}}`,
    String(contact.contactVersion),
  ].join('\t')}\n`;
}

/** COPY's text format: backslash, tab and line ends are escaped. */
function copyText(value: string): string {
  return value
    .replaceAll('\\', '\\\\')
    .replaceAll('\t', '\\t')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r');
}

/** A bytea[] literal inside COPY text, where each of the literal's backslashes is doubled twice. */
function byteArray(values: readonly Buffer[]): string {
  return `{${values.map((value) => `"\\\\\\\\x${value.toString('hex')}"`).join(',')}}`;
}
