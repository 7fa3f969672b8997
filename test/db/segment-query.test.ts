import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest';
import type { PoolClient } from 'pg';
import type { Db } from '../../src/infra/db.ts';
import { runSql } from '../../src/infra/sql.ts';
import {
  SegmentDefinitionSchema,
  SEGMENT_TEMPLATES,
  segmentQuery,
} from '../../src/segment/index.ts';
import { testDatabase } from '../support/database.ts';
import { peopleOf, writeLog } from '../support/purchase-log.ts';

const utc = (day: string) => ({ asOf: new Date(`${day}T23:59:59.999Z`), timezone: 'UTC' });

let db: Db;
let client: PoolClient;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());
beforeEach(async () => {
  client = await db.pool.connect();
  await client.query('BEGIN');
});
afterEach(async () => {
  await client.query('ROLLBACK');
  client.release();
});

/** Writes customers with their purchase days, at noon UTC unless a time is given. */
async function given(log: Readonly<Record<string, readonly string[]>>): Promise<void> {
  const purchases = Object.entries(log).flatMap(([customerId, moments]) =>
    moments.map((moment) => ({
      customerId,
      at: moment.includes('T') ? moment : `${moment}T12:00:00Z`,
    })),
  );
  await writeLog(client, Object.keys(log), purchases);
}

describe('every segment', () => {
  it.each(Object.keys(SEGMENT_TEMPLATES))(
    '%s fills a table and counts in a subquery alike',
    async (template) => {
      await given({
        ann: ['2026-01-01', '2026-01-11'],
        ben: ['2026-06-01', '2026-06-02', '2026-06-30'],
        cas: [],
        dan: ['2026-01-02'],
        eve: ['2026-01-03'],
        fay: ['2026-01-04'],
      });
      const { statement, params } = segmentQuery(
        SegmentDefinitionSchema.parse({ template }),
        utc('2026-06-30'),
      );
      await client.query('CREATE TEMP TABLE member (customer_id text PRIMARY KEY) ON COMMIT DROP');
      const insert = `INSERT INTO member (customer_id) ${statement.text}`;
      const inserted = await runSql(client, { ...statement, text: insert }, params);
      const count = `SELECT count(*)::int AS people FROM (${statement.text}) s`;
      const counted = await runSql(client, { ...statement, text: count }, params);
      expect(inserted.rowCount).toBeGreaterThan(0);
      expect(counted.rows).toEqual([{ people: inserted.rowCount }]);
    },
  );

  it('leaves out people known from purchases alone', async () => {
    await writeLog(client, ['ann'], [{ customerId: 'stranger', at: '2026-01-01T00:00:00Z' }]);
    const share = { template: 'high-propensity', params: { share: 1 } };
    expect(await peopleOf(client, { template: 'everyone' }, utc('2026-06-30'))).toEqual(['ann']);
    expect(await peopleOf(client, share, utc('2026-06-30'))).toEqual([]);
  });
});

describe('loyal', () => {
  it('gives equal customers equal scores, however many they are', async () => {
    const same = Object.fromEntries(
      Array.from({ length: 7 }, (_, i) => [`same-${i}`, ['2026-05-01']]),
    );
    await given({ ...same, best: ['2026-05-01', '2026-06-01'] });
    const everyScore = { minRecencyScore: 1, minFrequencyScore: 1 };
    const anyScore = { template: 'loyal', params: everyScore };
    const second = { template: 'loyal', params: { ...everyScore, minRecencyScore: 2 } };
    expect(await peopleOf(client, anyScore, utc('2026-06-30'))).toHaveLength(8);
    expect(await peopleOf(client, second, utc('2026-06-30'))).toEqual(['best']);
  });

  it('gives nobody a 5 where more than a fifth tie at the top', async () => {
    await given({ ann: ['2026-01-01'], ben: ['2026-06-01'], cas: ['2026-06-01'] });
    const params = { minRecencyScore: 5, minFrequencyScore: 1 };
    expect(await peopleOf(client, { template: 'loyal', params }, utc('2026-06-30'))).toEqual([]);
  });

  it('scores one fifth a step when nobody ties', async () => {
    await given(
      Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`c${i}`, [`2026-06-${10 + i}`]])),
    );
    const params = { minRecencyScore: 5, minFrequencyScore: 1 };
    const best = await peopleOf(client, { template: 'loyal', params }, utc('2026-06-30'));
    expect(best).toEqual(['c8', 'c9']);
  });
});

describe('lapsed', () => {
  // ann's own mean gap is 10 days, the only one, and so the typical gap too. ben has bought once.
  const log = { ann: ['2026-01-01', '2026-01-11', '2026-01-21'], ben: ['2026-01-21'], cas: [] };
  const lapsed = { template: 'lapsed' };

  it('begins the day after three expected gaps', async () => {
    await given(log);
    expect(await peopleOf(client, lapsed, utc('2026-02-20'))).toEqual([]);
    expect(await peopleOf(client, lapsed, utc('2026-02-21'))).toEqual(['ann', 'ben']);
  });

  it('waits longer for a customer who buys more seldom', async () => {
    // Typical gap: the mean of 10 and 40 days, 25. Expected of ann 15 days, of dan 32.5, of ben 25.
    await given({ ...log, dan: ['2025-12-12', '2026-01-21'] });
    expect(await peopleOf(client, lapsed, utc('2026-03-07'))).toEqual([]);
    expect(await peopleOf(client, lapsed, utc('2026-03-08'))).toEqual(['ann']);
    expect(await peopleOf(client, lapsed, utc('2026-04-07'))).toEqual(['ann', 'ben']);
    expect(await peopleOf(client, lapsed, utc('2026-04-29'))).toEqual(['ann', 'ben', 'dan']);
  });

  it('is empty while nobody has ever come back, since no gap can be expected', async () => {
    await given({ ann: ['2020-01-01'], ben: ['2020-01-01T01:00:00Z', '2020-01-01T02:00:00Z'] });
    expect(await peopleOf(client, lapsed, utc('2026-06-30'))).toEqual([]);
  });
});

describe('high-propensity', () => {
  it('takes all who tie at the border', async () => {
    await given({
      best: ['2026-06-01', '2026-06-20'],
      tie1: ['2026-06-10'],
      tie2: ['2026-06-10'],
      late: ['2026-01-01'],
    });
    const of = (share: number) => ({ template: 'high-propensity', params: { share } });
    expect(await peopleOf(client, of(0.25), utc('2026-06-30'))).toEqual(['best']);
    expect(await peopleOf(client, of(0.26), utc('2026-06-30'))).toEqual(['best', 'tie1', 'tie2']);
    expect(await peopleOf(client, of(0.75), utc('2026-06-30'))).toHaveLength(3);
    expect(await peopleOf(client, of(1), utc('2026-06-30'))).toHaveLength(4);
  });
});

describe('time', () => {
  it('counts a purchase at the as-of moment and none after it', async () => {
    await given({ ann: ['2026-03-01T00:00:00.000Z'], ben: ['2026-03-01T00:00:00.001Z'] });
    const all = { template: 'high-propensity', params: { share: 1 } };
    const at = { asOf: new Date('2026-03-01T00:00:00Z'), timezone: 'UTC' };
    expect(await peopleOf(client, all, at)).toEqual(['ann']);
  });

  it('ends a day where it ends in the time zone', async () => {
    // Two days in UTC, one in Tokyo; a second customer makes the frequencies comparable.
    await given({
      ann: ['2026-03-01T16:00:00Z', '2026-03-02T14:00:00Z'],
      ben: ['2026-03-02T10:00:00Z'],
    });
    const often = { template: 'loyal', params: { minRecencyScore: 1, minFrequencyScore: 2 } };
    const asOf = new Date('2026-03-03T00:00:00Z');
    expect(await peopleOf(client, often, { asOf, timezone: 'UTC' })).toEqual(['ann']);
    expect(await peopleOf(client, often, { asOf, timezone: 'Asia/Tokyo' })).toEqual([]);
  });
});
