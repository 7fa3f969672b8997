/** The shop of the bench: its customers, its syncs, and what changes from one day to the next. */
import pg from 'pg';
import type { Db } from '../../src/infra/db.ts';
import { inTransaction } from '../../src/infra/db.ts';
import { loadSql, runSql } from '../../src/infra/sql.ts';
import { refreshIdentities } from '../../src/identity/index.ts';
import { applyConfiguration } from '../../src/services/apply-configuration.ts';
import type { ServiceContext } from '../../src/services/context.ts';

const SEED = loadSql(import.meta.url, 'seed.sql');
const CHANGE = loadSql(import.meta.url, 'change.sql');
const BACK = loadSql(import.meta.url, 'back-to-empty.sql');

const CHUNK = 250_000;
/** Customers whose seeded identity is compared with the product's own. */
const SAMPLE = 1_000;
const NOW = new Date('2026-11-21T00:00:00Z');

/** The sync that is measured, and a small one by which a process is made warm. */
export const SYNC = 'everyone-meta';
export const WARM_UP = 'buyers-meta';
const BUYERS = 500;

const CONFIGURATION = `
destinations:
  - { name: meta-main, platform: meta, account: act_1, credentials: { accessToken: $BENCH_TOKEN, appSecret: $BENCH_SECRET } }
segments:
  - { name: everyone, template: everyone }
  - { name: buyers, template: high-propensity, params: { share: 1 } }
syncs:
  - { name: ${SYNC}, segment: everyone, destination: meta-main, audience: Everyone, identifiers: [email, phone], holdout: 10% }
  - { name: ${WARM_UP}, segment: buyers, destination: meta-main, audience: Buyers, identifiers: [email, phone] }
`;

/** Fills an empty, migrated database. */
export async function seed(context: ServiceContext, customers: number): Promise<void> {
  const { db } = context;
  await applyConfiguration(context, { text: CONFIGURATION, file: 'bench.yaml', dryRun: false });
  // On an empty table, so that the product notes by which rules identities are computed.
  await refreshIdentities(db, { now: NOW });
  for (let first = 1; first <= customers; first += CHUNK) {
    const last = Math.min(customers, first + CHUNK - 1);
    await runSql(db.pool, SEED, { first, last, now: NOW });
  }
  await db.pool.query(
    `INSERT INTO purchase (customer_id, purchase_id, purchased_at, amount, created_at, updated_at)
     SELECT 'shop-' || n, 'p-' || n, $2::timestamptz - n * interval '1 minute', 10, $2, $2
     FROM generate_series(1, $1::int) AS n`,
    [BUYERS, NOW],
  );
  await requireSameAsComputed(db);
  await db.pool.query('VACUUM ANALYZE');
}

const IDENTITIES = `
  SELECT md5(string_agg(row::text, ' ' ORDER BY customer_id)) AS digest
  FROM (
    SELECT customer_id, email_plain, email_google, phone_e164, phone_digits, email_domain, unusable, profile_meta, address_google
    FROM identity WHERE customer_id = ANY ($1)
  ) AS row`;

/** @throws Error where the product computes other identities than were seeded. */
async function requireSameAsComputed(db: Db): Promise<void> {
  const sample = Array.from({ length: SAMPLE }, (_, index) => `shop-${index + 1}`);
  const digest = async () =>
    (await db.pool.query<{ digest: string }>(IDENTITIES, [sample])).rows[0]?.digest;
  const seeded = await digest();
  await db.pool.query('UPDATE customer SET identity_stale = true WHERE customer_id = ANY ($1)', [
    sample,
  ]);
  await refreshIdentities(db, { now: NOW });
  if (seeded !== (await digest())) {
    throw new Error('The seeded identities are not what the product computes.');
  }
}

/**
 * One customer in a hundred changes: of each five, three have another e-mail, one is new, and one
 * asks to be left alone. Gives how many, with their identities computed, and how long that took.
 */
export async function change(
  db: Db,
  customers: number,
  round: number,
): Promise<{ readonly changed: number; readonly identityMs: number }> {
  const changed = Math.floor(customers / 100);
  await runSql(db.pool, CHANGE, { customers, changed, round, now: NOW });
  const start = performance.now();
  await refreshIdentities(db, { now: NOW });
  return { changed, identityMs: performance.now() - start };
}

/** Forgets every run, so that the next is a first one. */
export async function backToEmpty(db: Db): Promise<void> {
  await inTransaction(db, (client) => client.query(BACK.text));
  await db.pool.query('VACUUM ANALYZE');
}

/** Makes the database of a bench, and gives its address. */
export async function createDatabase(serverUrl: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
