/** Keeps the `identity` table current: computes only customers whose identifiers changed. */
import { once } from 'node:events';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { z } from 'zod';
import { markAllStale, streamStaleContacts } from '../customer/index.ts';
import type { StaleContact } from '../customer/index.ts';
import type { Db } from '../infra/db.ts';
import { inTransaction } from '../infra/db.ts';
import { lockCustomers } from '../infra/locks.ts';
import { loadSql, runSql } from '../infra/sql.ts';
import { computeIdentity } from './compute.ts';

const UPSERT = loadSql(import.meta.url, 'upsert-identity.sql');
const BATCH = 5_000;
/** A write of its own for each row costs more than everything else about the row. */
const ROWS_A_WRITE = 100;

/**
 * Raised with every change of a rule that gives some value another key: the keys in the database
 * are then computed again.
 */
const RULES_VERSION = 3;
const VERSION_SETTING = 'identity-rules';

/**
 * Recomputes the identities that are out of date; gives how many. Killed half-way, the rest is
 * still marked and done by the next call.
 */
export async function refreshIdentities(
  db: Db,
  options: { readonly now: Date; readonly onProgress?: (done: number) => void },
): Promise<number> {
  await noticeNewRules(db, options.now);
  let done = 0;
  // Nothing is held from page to page: whoever held a connection and asked for another would, with
  // as many others doing so, wait for ever.
  for await (const contacts of streamStaleContacts(db.pool, BATCH)) {
    await inTransaction(db, (writer) => store(writer, contacts, options.now));
    done += contacts.length;
    options.onProgress?.(done);
  }
  return done;
}

/** Marks everybody as stale where the stored keys were computed by other rules than ours. */
async function noticeNewRules(db: Db, now: Date): Promise<void> {
  const stored = await db.prisma.setting.findUnique({
    where: { key: VERSION_SETTING },
    select: { value: true },
  });
  if (stored !== null && z.int().parse(stored.value) === RULES_VERSION) return;
  await inTransaction(db, async (client) => {
    await lockCustomers(client);
    await markAllStale(client);
    await client.query(
      `INSERT INTO setting (key, value, updated_at) VALUES ($1, $2, $3)
       ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
      [VERSION_SETTING, JSON.stringify(RULES_VERSION), now],
    );
  });
}

/** The columns of keys, in the order in which they are copied. */
const KEY_COLUMNS = [
  'email_plain',
  'email_google',
  'phone_e164',
  'phone_digits',
  'mobile_id_plain',
  'mobile_id_hashed',
  'x_handle',
  'x_id',
  'external_id',
  'address_google',
] as const;

async function store(
  client: PoolClient,
  contacts: readonly StaleContact[],
  now: Date,
): Promise<void> {
  await client.query(
    `CREATE TEMP TABLE identity_staging (
       customer_id text COLLATE "C", ${KEY_COLUMNS.map((column) => `${column} bytea[]`).join(', ')},
       profile_meta bytea, email_domain bytea[], us_state text, unusable text[],
       contact_version integer
     ) ON COMMIT DROP`,
  );
  const copy = client.query(copyFrom('COPY identity_staging FROM STDIN'));
  for (let start = 0; start < contacts.length; start += ROWS_A_WRITE) {
    const lines = contacts.slice(start, start + ROWS_A_WRITE).map(copyLine);
    if (!copy.write(lines.join(''))) await once(copy, 'drain');
  }
  copy.end();
  await once(copy, 'finish');
  await lockCustomers(client);
  await runSql(client, UPSERT, { now });
}

function copyLine(contact: StaleContact): string {
  const { keys, profile, emailDomains, usState, unusable } = computeIdentity(contact);
  return `${[
    copyText(contact.customerId),
    ...KEY_COLUMNS.map((column) => byteArray(keys[column])),
    profile === null ? '\\N' : `\\\\x${profile.toString('hex')}`,
    byteArray(emailDomains),
    usState ?? '\\N',
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
