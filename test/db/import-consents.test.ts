import { Readable } from 'node:stream';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { importConsents } from '../../src/customer/index.ts';
import type { ImportOptions, Reject } from '../../src/customer/index.ts';
import { testDatabase } from '../support/database.ts';

const db = await testDatabase();
const NOW = new Date('2026-11-21T00:00:00Z');
const base: ImportOptions = {
  format: 'csv',
  encoding: 'utf-8',
  columns: {},
  timezone: 'Asia/Tokyo',
  now: NOW,
};

const bring = (file: string, options: Partial<ImportOptions> = {}) =>
  importConsents(db, Readable.from([file], { objectMode: false }), { ...base, ...options });

const HEAD = 'customer_id,purpose,status,at,source\n';

interface Answer {
  readonly customer: string;
  readonly purpose: string;
  readonly status: string;
  readonly day: number;
}

/** `customer purpose status at source`, in the order of customers and purposes. */
async function said(table: 'consent' | 'consent_record'): Promise<string[]> {
  const { rows } = await db.pool.query<Record<string, string> & { at: Date }>(
    `SELECT customer_id, purpose, status, at, source FROM ${table} ORDER BY customer_id, purpose, at`,
  );
  return rows.map(({ customer_id, purpose, status, at, source }) =>
    [customer_id, purpose, status, at.toISOString(), source].join(' '),
  );
}

beforeEach(() => db.pool.query('TRUNCATE customer, consent, consent_record'));

describe('importing consents', () => {
  it('keeps the newest answer per purpose, every answer in the record, and enters new customers', async () => {
    await db.pool.query(
      `INSERT INTO customer (customer_id, emails, created_at, updated_at)
       VALUES ('a', '{a@example.jp}', $1, $1)`,
      [NOW],
    );
    const file = [
      'a,ad_user_data,granted,2026-01-01 09:00,form',
      'a,ad_user_data,denied,2026-03-01T00:00:00Z,',
      'a,ad_user_data,granted,2026-02-01,form',
      'b,Marketing,yes,2026-01-01,phone',
    ].join('\n');
    expect(await bring(HEAD + file, { country: 'JP' })).toEqual({
      read: 4,
      inserted: 2,
      updated: 0,
      unchanged: 0,
      superseded: 2,
      rejected: 0,
      rejectedByCode: {},
      attributes: expect.any(Array),
      customersCreated: 1,
    });
    expect(await said('consent')).toEqual([
      'a ad_user_data denied 2026-03-01T00:00:00.000Z import',
      'b marketing granted 2025-12-31T15:00:00.000Z phone',
    ]);
    expect(await said('consent_record')).toEqual([
      'a ad_user_data granted 2026-01-01T00:00:00.000Z form',
      'a ad_user_data granted 2026-01-31T15:00:00.000Z form',
      'a ad_user_data denied 2026-03-01T00:00:00.000Z import',
      'b marketing granted 2025-12-31T15:00:00.000Z phone',
    ]);
    const people = await db.pool.query(
      'SELECT customer_id, country, emails FROM customer ORDER BY customer_id',
    );
    expect(people.rows).toEqual([
      { customer_id: 'a', country: null, emails: ['a@example.jp'] },
      { customer_id: 'b', country: 'JP', emails: [] },
    ]);
  });

  it('changes nothing when the same file comes again', async () => {
    const file = `${HEAD}a,marketing,no,2026-01-01,x\na,marketing,yes,2025-01-01,x\nb,marketing,yes,2026-01-01,x\n`;
    expect(await bring(file)).toMatchObject({ read: 3, inserted: 2, superseded: 1 });
    const before = await said('consent_record');
    const again = await bring(file, { now: new Date('2026-12-01') });
    expect(again).toMatchObject({ inserted: 0, updated: 0, unchanged: 2, superseded: 1 });
    expect(await said('consent_record')).toEqual(before);
  });

  it('counts an older answer as unchanged, and records it all the same', async () => {
    await bring(`${HEAD}a,marketing,denied,2026-05-01,x`);
    expect(await bring(`${HEAD}a,marketing,granted,2026-04-01,y`)).toMatchObject({
      unchanged: 1,
      updated: 0,
    });
    expect(await said('consent')).toEqual(['a marketing denied 2026-04-30T15:00:00.000Z x']);
    expect(await said('consent_record')).toHaveLength(2);
    expect(await bring(`${HEAD}a,marketing,granted,2026-06-01,y`)).toMatchObject({ updated: 1 });
  });

  it('lets the stricter answer of one moment stand, in whatever file it comes', async () => {
    const at = '2026-05-01';
    await bring(`${HEAD}a,marketing,granted,${at},x\nb,marketing,denied,${at},x`);
    const report = await bring(
      `${HEAD}a,marketing,unknown,${at},y\nb,marketing,unknown,${at},y\nb,marketing,granted,${at},z`,
    );
    expect(report).toMatchObject({ updated: 1, unchanged: 1, superseded: 1 });
    const stands = [
      'a marketing unknown 2026-04-30T15:00:00.000Z y',
      'b marketing denied 2026-04-30T15:00:00.000Z x',
    ];
    expect(await said('consent')).toEqual(stands);
    expect(await said('consent_record')).toEqual(stands);
  });

  it('lets no unknown lift a no, in whatever order they come; a later yes does', async () => {
    const holds = async () => (await said('consent')).map((line) => line.split(' ').slice(2, 4));
    const denied = [['denied', '2026-03-31T15:00:00.000Z']];
    await bring(`${HEAD}a,marketing,denied,2026-04-01,x`);
    expect(await bring(`${HEAD}a,marketing,unknown,2026-06-01,y`)).toMatchObject({
      unchanged: 1,
      updated: 0,
    });
    expect(await holds()).toEqual(denied);
    await bring(`${HEAD}a,marketing,granted,2026-07-01,y\na,marketing,unknown,2026-08-01,y`);
    expect(await holds()).toEqual([['unknown', '2026-07-31T15:00:00.000Z']]);
    expect(await bring(`${HEAD}a,marketing,denied,2026-07-15,late`)).toMatchObject({ updated: 1 });
    expect(await holds()).toEqual([['denied', '2026-07-14T15:00:00.000Z']]);
    expect(await said('consent_record')).toHaveLength(5);
  });

  it('reads a column per purpose, where an empty one says nothing', async () => {
    const file = [
      'Customer ID,ad user data,ad-personalization,marketing,at',
      'a,1,0,,2026-01-01',
      'b,,,,2026-01-01',
      'c,true,true,true,2026-01-01',
    ].join('\n');
    expect(await bring(file)).toMatchObject({
      read: 3,
      inserted: 2,
      unchanged: 1,
      customersCreated: 2,
    });
    expect((await said('consent')).map((row) => row.split(' ').slice(0, 3).join(' '))).toEqual([
      'a ad_personalization denied',
      'a ad_user_data granted',
      'c ad_personalization granted',
      'c ad_user_data granted',
      'c marketing granted',
    ]);
    const more = 'customer_id,ad_user_data,marketing,at\na,1,no,2026-02-01\nc,0,,2025-01-01\n';
    expect(await bring(more)).toMatchObject({ inserted: 1, unchanged: 1 });
  });

  it('reads NDJSON and Japanese words in Shift_JIS', async () => {
    const objects = [
      { customer_id: 7, purpose: 'marketing', status: false, at: '2026-01-01T00:00:00+09:00' },
      { customer_id: 8, ad_user_data: true, marketing: null, at: '2026年1月2日' },
    ];
    const file = objects.map((object) => JSON.stringify(object)).join('\n');
    expect(await bring(file, { format: 'ndjson' })).toMatchObject({ inserted: 2, rejected: 0 });
    expect(await said('consent')).toEqual([
      '7 marketing denied 2025-12-31T15:00:00.000Z import',
      '8 ad_user_data granted 2026-01-01T15:00:00.000Z import',
    ]);
    const refusal = Buffer.concat([
      Buffer.from('customer_id,purpose,status,at\n9,marketing,'),
      Buffer.from([0x8b, 0x91, 0x94, 0xdb]),
      Buffer.from(',2026-01-01\n'),
    ]);
    await importConsents(db, Readable.from([refusal], { objectMode: false }), {
      ...base,
      encoding: 'shift_jis',
    });
    expect((await said('consent')).at(-1)).toMatch(/^9 marketing denied/u);
  });

  it('rejects what may hide a no, says which line, and imports the others', async () => {
    const rejects: Reject[] = [];
    const lines = [
      ',marketing,no,2026-01-01,',
      'a,,no,2026-01-01,',
      'a,newsletter,no,2026-01-01,',
      'a,広告,no,2026-01-01,',
      'a,marketing,,2026-01-01,',
      'a,marketing,perhaps,2026-01-01,',
      'a,marketing,未同意,2026-01-01,',
      'a,marketing,no,,',
      'a,marketing,no,01/02/2026,',
      'a,marketing,no,2026-11-21 09:00:00.001,',
      'a,marketing,no,2026-11-21T00:00:00.001Z,',
      'a,marketing,no,2026-11-21 09:00,',
      'b,marketing,no,2026-11-21T00:00:00Z,',
    ];
    const report = await bring(HEAD + lines.join('\n'), {
      onReject: (reject) => void rejects.push(reject),
    });
    expect(report).toMatchObject({ read: 13, inserted: 2, rejected: 11 });
    expect(rejects.map(({ line, code }) => `${line} ${code}`)).toEqual([
      '2 id-missing',
      '3 purpose-missing',
      '4 purpose-unreadable',
      '5 purpose-ambiguous',
      '6 status-missing',
      '7 status-unreadable',
      '8 status-unreadable',
      '9 date-missing',
      '10 date-unreadable',
      '11 date-to-come',
      '12 date-to-come',
    ]);
    expect(rejects[5]?.reason).toMatch(/^status says neither granted, denied nor unknown/u);
  });

  it('never stores a moment that is still to come, also where a clock change hides one', async () => {
    const now = new Date('2026-10-25T00:20:00Z');
    const file = `${HEAD}a,marketing,yes,2026-10-25 02:10,`;
    expect(await bring(file, { timezone: 'Europe/Paris', now })).toMatchObject({ inserted: 1 });
    expect(await said('consent')).toEqual([`a marketing granted ${now.toISOString()} import`]);
  });

  it('refuses a file without a column for any answer', async () => {
    await expect(bring('customer_id,purpose,at\na,marketing,2026-01-01\n')).rejects.toThrow(
      'no column for purpose and status, nor for ad_user_data, nor for ad_personalization, nor for marketing',
    );
  });

  it('adds up, and ends the same in whatever order and files the answers come', async () => {
    const answer: fc.Arbitrary<Answer> = fc.record({
      customer: fc.constantFrom('a', 'b'),
      purpose: fc.constantFrom('marketing', 'ad_user_data'),
      status: fc.constantFrom('granted', 'unknown', 'denied', 'perhaps'),
      day: fc.integer({ min: 1, max: 3 }),
    });
    const orders = fc.array(answer, { maxLength: 8 }).chain((answers) =>
      fc.record({
        answers: fc.constant(answers),
        shuffled: fc.shuffledSubarray(answers, { minLength: answers.length }),
        cut: fc.nat({ max: answers.length }),
      }),
    );
    const load = async (answers: readonly Answer[]) => {
      const report = await bring(
        HEAD +
          answers
            .map(({ customer, purpose, status, day }) =>
              [customer, purpose, status, `2026-01-0${day}`, 's'].join(','),
            )
            .join('\n'),
      );
      const { inserted, updated, unchanged, superseded, rejected } = report;
      expect(Math.min(inserted, updated, unchanged, superseded)).toBeGreaterThanOrEqual(0);
      expect(inserted + updated + unchanged + superseded + rejected).toBe(answers.length);
      expect(rejected).toBe(answers.filter(({ status }) => status === 'perhaps').length);
    };
    const both = async () => [await said('consent'), await said('consent_record')];
    await fc.assert(
      fc.asyncProperty(orders, async ({ answers, shuffled, cut }) => {
        await db.pool.query('TRUNCATE customer, consent, consent_record');
        await load(answers);
        const whole = await both();
        await db.pool.query('TRUNCATE customer, consent, consent_record');
        await load(shuffled.slice(0, cut));
        await load(shuffled.slice(cut));
        expect(await both()).toEqual(whole);
      }),
      { numRuns: 40 },
    );
  });
});
