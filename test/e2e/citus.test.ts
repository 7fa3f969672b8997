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
import { distributeDatabase, planDistribution } from '../../src/services/distribute-database.ts';
import { configurationContext } from '../support/configuration-context.ts';
import { testDatabaseUrl } from '../support/database.ts';
import { NOW } from '../support/stage.ts';
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
      AND prolang = (SELECT oid FROM pg_language WHERE lanname = 'sql')`);
  for (const { what } of rows) await db.pool.query(`DROP ${what}`);
  await db.close();
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
