import { expect, it } from 'vitest';
import { RekindleError } from '../../src/errors.ts';
import {
  distributeDatabase,
  planDistribution,
  undistributedTables,
} from '../../src/services/distribute-database.ts';
import { configurationContext } from '../support/configuration-context.ts';
import { testDatabase } from '../support/database.ts';

const NOW = new Date('2026-11-21T00:00:00Z');

it('a database without Citus is not distributed, dry or in earnest, and says what is missing', async () => {
  const db = await testDatabase();
  const attempts = await Promise.allSettled([
    planDistribution(db),
    distributeDatabase(configurationContext(db, NOW), { shards: 8 }),
  ]);
  for (const attempt of attempts) {
    expect(attempt).toMatchObject({ status: 'rejected', reason: { code: 'database.citus' } });
    if (attempt.status === 'rejected') {
      expect(attempt.reason).toBeInstanceOf(RekindleError);
      expect(String(attempt.reason)).toContain('does not have the Citus extension');
      expect(String(attempt.reason)).toContain('CREATE EXTENSION citus');
    }
  }
  expect(await db.prisma.audit.count()).toBe(0);
  await db.close();
});

it('a database without Citus has no table that waits for it', async () => {
  const db = await testDatabase();
  expect(await undistributedTables(db)).toEqual([]);
  await db.close();
});
