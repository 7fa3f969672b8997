/**
 * The whole path on a real Citus cluster, beside the same on one machine. It needs the address of an
 * empty database of a coordinator, which it leaves empty again:
 *
 *   REKINDLE_TEST_CITUS_URL=postgres://… npx vitest run test/e2e/citus.test.ts
 *
 * REKINDLE_TEST_CITUS_PEOPLE says how many customers (5,000); REKINDLE_TEST_CITUS_BESIDE an empty
 * database of a single server to compare with, in place of the tests' own.
 */
import { describe, expect, it } from 'vitest';
import { migrate } from '../../prisma/migrate.ts';
import { onConnection, openDb } from '../../src/infra/db.ts';
import type { Db } from '../../src/infra/db.ts';
import { distributeDatabase, planDistribution } from '../../src/services/distribute-database.ts';
import { eraseCustomer } from '../../src/services/erase-customer.ts';
import { runSync } from '../../src/services/run-sync.ts';
import { suppress } from '../../src/services/suppress.ts';
import { configurationContext } from '../support/configuration-context.ts';
import { testDatabaseUrl } from '../support/database.ts';
import { DAY, crowd } from '../support/engine.ts';
import { bring, digestSet } from '../support/people.ts';
import { NOW, everyoneTo, stage } from '../support/stage.ts';
import { tracesOf } from '../support/traces.ts';
import { runTrial } from '../support/trial.ts';

const CITUS = process.env['REKINDLE_TEST_CITUS_URL'];
const BESIDE = process.env['REKINDLE_TEST_CITUS_BESIDE'];
const PEOPLE = Number(process.env['REKINDLE_TEST_CITUS_PEOPLE'] ?? 5_000);
const HOUR = 3_600_000;

/** Nothing of somebody's is written over. */
async function requireEmpty(url: string): Promise<void> {
  const db = openDb(url, { maxConnections: 1 });
  const { rows } = await db.pool.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' LIMIT 1`,
  );
  await db.close();
  if (rows.length > 0) throw new Error(`The trial needs an empty database; this one has tables.`);
}

async function migrated(url: string): Promise<void> {
  await requireEmpty(url);
  const db = openDb(url);
  await onConnection(db, migrate);
  await db.close();
}

async function distributed(url: string): Promise<void> {
  await migrated(url);
  const db = openDb(url);
  const { moved } = await distributeDatabase(configurationContext(db, NOW), { shards: 8 });
  expect(moved).toBe(true);
  const { tables, functions } = await planDistribution(db);
  expect(tables.filter(({ placed }) => !placed)).toEqual([]);
  expect(functions).toEqual([]);
  await db.close();
}

/** Takes our tables and functions away; Citus has views of its own beside them. */
async function emptied(url: string): Promise<void> {
  const db = openDb(url, { maxConnections: 1 });
  const { rows } = await db.pool.query<{ what: string }>(`
    SELECT 'VIEW IF EXISTS "ledger"' AS what
    UNION ALL
    SELECT format('TABLE %I CASCADE', tablename) FROM pg_tables WHERE schemaname = 'public'
    UNION ALL
    SELECT format('FUNCTION %s', oid::regprocedure) FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')`);
  for (const { what } of rows) await db.pool.query(`DROP ${what}`);
  await db.close();
}

/** How much there is of what plans of the changed alone go on from. */
async function notesOf(db: Db): Promise<unknown> {
  const { rows } = await db.pool.query(`
    SELECT
      (SELECT count(*)::int FROM customer_change) AS changes,
      (SELECT count(*)::int FROM left_out) AS left_out,
      (SELECT count(*)::int FROM plan_state) AS plans`);
  return rows[0];
}

/** The settings of a distributed database hold for new connections alone. */
async function closeOthers(db: Db): Promise<void> {
  await db.pool.query(`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name NOT LIKE 'citus%'`);
}

describe.skipIf(CITUS === undefined)(
  'on a Citus cluster (skipped without REKINDLE_TEST_CITUS_URL)',
  () => {
    it(
      'the whole path comes to the same figures, lists and rows as on one machine',
      { timeout: 4 * HOUR },
      async () => {
        if (CITUS === undefined) return;
        await distributed(CITUS);
        try {
          const cluster = await runTrial(CITUS, PEOPLE);
          if (BESIDE !== undefined) await migrated(BESIDE);
          const single = await runTrial(BESIDE ?? (await testDatabaseUrl()), PEOPLE);
          process.stderr.write(`${table(single.seconds, cluster.seconds)}\n`);
          expect(cluster.figures).toEqual(single.figures);
        } finally {
          await emptied(CITUS);
          if (BESIDE !== undefined) await emptied(BESIDE);
        }
      },
    );

    it(
      'a database in use is distributed: the next run misses no change, and an erasure nothing',
      { timeout: HOUR },
      async () => {
        if (CITUS === undefined) return;
        await migrated(CITUS);
        try {
          const on = await stage(NOW, { url: CITUS });
          await on.apply(everyoneTo('meta'));
          await bring(on.context, crowd(20));
          await suppress(on.context, { kind: 'customer', value: 'p-3', reason: 'asked' });
          const run = () =>
            runSync(on.context, { sync: 'everyone-meta', asOf: NOW, approved: false });
          await run();
          await suppress(on.context, { kind: 'customer', value: 'p-1', reason: 'asked' });
          expect(await notesOf(on.db)).toMatchObject({ left_out: 1, plans: 1 });

          await distributeDatabase(on.context, { shards: 4 });
          await closeOthers(on.db);
          const nothing = { changes: 0, left_out: 0, plans: 0 };
          expect(await notesOf(on.db)).toEqual(nothing);
          on.advance(DAY);
          expect(await run()).toMatchObject({ state: 'succeeded', unchanged: 18, removed: 1 });
          const wanted = crowd(20).filter(({ id }) => id !== 'p-1' && id !== 'p-3');
          expect(on.members('meta')).toEqual(digestSet(wanted, 'meta'));

          await eraseCustomer(on.context, { customer: 'p-0' });
          on.advance(DAY);
          const { state } = await eraseCustomer(on.context, { customer: 'p-0' });
          expect(state).toBe('done');
          expect(await tracesOf(on.db, 'p-0')).toEqual([]);
          expect(await notesOf(on.db)).toEqual(nothing);
        } finally {
          await emptied(CITUS);
        }
      },
    );
  },
);

function table(
  single: Readonly<Record<string, number>>,
  cluster: Readonly<Record<string, number>>,
): string {
  const rows = Object.entries(single).map(
    ([step, seconds]) =>
      `| ${step} | ${seconds.toFixed(2)} | ${(cluster[step] ?? Number.NaN).toFixed(2)} |`,
  );
  return [
    `| ${PEOPLE} customers | one machine, s | Citus, s |`,
    '| --- | ---: | ---: |',
    ...rows,
  ].join('\n');
}
