import { Readable } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { importPurchases } from '../../src/customer/index.ts';
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
  importPurchases(db, Readable.from([file], { objectMode: false }), { ...base, ...options });

const purchases = async () =>
  (await db.pool.query('SELECT * FROM purchase ORDER BY customer_id, purchase_id')).rows;

beforeEach(() => db.pool.query('TRUNCATE customer, purchase'));

describe('importing purchases', () => {
  it('maps columns, reads local times in the zone given, and enters unknown customers', async () => {
    const file = 'no,who,date,dollars,cds,shop\np1,00004,1997-01-01,"1,029.33",2,web\n';
    const columns = {
      purchase_id: 'no',
      customer_id: 'who',
      purchased_at: 'date',
      amount: 'dollars',
      quantity: 'cds',
    };
    expect(await bring(file, { columns, currency: 'USD', country: 'US' })).toEqual({
      read: 1,
      inserted: 1,
      updated: 0,
      unchanged: 0,
      superseded: 0,
      rejected: 0,
      rejectedByCode: {},
      attributes: expect.any(Array),
      customersCreated: 1,
    });
    expect(await purchases()).toMatchObject([
      {
        customer_id: '00004',
        purchase_id: 'p1',
        purchased_at: new Date('1996-12-31T15:00:00Z'),
        amount: '1029.3300',
        currency: 'USD',
        quantity: '2.000',
        category: null,
        attributes: { shop: 'web' },
        created_at: NOW,
      },
    ]);
    const created = await db.pool.query('SELECT customer_id, country, emails FROM customer');
    expect(created.rows).toEqual([{ customer_id: '00004', country: 'US', emails: [] }]);
  });

  it('derives ids that make equal lines stay apart and the same file change nothing', async () => {
    const file = [
      'customer_id,purchased_at,amount',
      'a,2026-01-01,10',
      'a,2026-01-01,10',
      'b,2026-01-01,10',
      'a,2026-01-01,10',
    ].join('\n');
    expect(await bring(file)).toMatchObject({ inserted: 4, customersCreated: 2 });
    const ids = (await purchases()).map((row) => String(row.purchase_id));
    expect(new Set(ids).size).toBe(4);
    expect(ids.every((id) => /^auto-[0-9a-f]{32}(-[23])?$/.test(id))).toBe(true);

    const reordered = [
      'amount,gift,customer_id,purchased_at',
      '10,,b,2026-01-01',
      ...Array.from({ length: 3 }, () => '10,,a,2026-01-01'),
    ].join('\n');
    expect(await bring(file)).toMatchObject({ unchanged: 4, customersCreated: 0 });
    expect(await bring(reordered)).toMatchObject({ unchanged: 4 });
    expect(await bring(file, { timezone: 'UTC' })).toMatchObject({ updated: 4, inserted: 0 });
    expect(await bring(`${file}\na,2026-01-01,10`)).toMatchObject({ inserted: 1 });
  });

  it('updates by customer and purchase id; the last line of a file counts', async () => {
    const head = 'purchase_id,customer_id,purchased_at,amount,currency,quantity,category,note\n';
    await bring(`${head}1,a,2026-01-01,10,JPY,2,books,x\n1,b,2026-01-01,10,JPY,2,books,x`);
    const report = await bring(
      'purchase_id,customer_id,purchased_at,amount,category\n1,a,2026-01-01,11,toys\n1,a,2026-01-01,12,',
    );
    expect(report).toMatchObject({ read: 2, updated: 1, superseded: 1 });
    expect(await purchases()).toMatchObject([
      {
        amount: '12.0000',
        currency: 'JPY',
        quantity: '2.000',
        category: null,
        attributes: { note: 'x' },
      },
      { amount: '10.0000', category: 'books' },
    ]);
    await bring(`${head}1,a,2026-01-01,12,,,,`);
    const [{ currency, quantity, attributes }] = await purchases();
    expect({ currency, quantity, attributes }).toEqual({
      currency: null,
      quantity: null,
      attributes: {},
    });
  });

  it('reads a skipped and a repeated wall-clock time as PostgreSQL does', async () => {
    const head = 'purchase_id,customer_id,purchased_at,amount\n';
    const times = ['2026-03-29 02:30', '2026-10-25 02:30', '2026-10-25T02:30+02:00'];
    await bring(head + times.map((time, index) => `${index},a,${time},1`).join('\n'), {
      timezone: 'Europe/Paris',
    });
    expect((await purchases()).map((row) => row.purchased_at.toISOString())).toEqual([
      '2026-03-29T01:30:00.000Z',
      '2026-10-25T01:30:00.000Z',
      '2026-10-25T00:30:00.000Z',
    ]);
  });

  it('rejects what is missing, impossible or negative, and imports the others', async () => {
    const rejects: Reject[] = [];
    const lines = [
      ',2026-01-01,1,',
      'a,,1,',
      'a,1997-02-30,1,',
      'a,01/02/2026,1,',
      'a,2026-01-01,,',
      'a,2026-01-01,-1,',
      'a,2026-01-01,ten,',
      'a,2026-01-01,999999999999,',
      'a,2026-01-01,€5,',
      'a,2026-01-01,5,many',
      'a,2026-01-01,99999999999.99999,99999999.9999',
      'a,2026-01-01,0.00,0',
    ];
    const report = await bring(`customer_id,purchased_at,amount,quantity\n${lines.join('\n')}`, {
      currency: 'JPY',
      onReject: (reject) => void rejects.push(reject),
    });
    expect(report).toMatchObject({ read: 12, inserted: 2, rejected: 10 });
    expect(rejects.map(({ line, code }) => `${line} ${code}`)).toEqual([
      '2 id-missing',
      '3 date-missing',
      '4 date-impossible',
      '5 date-unreadable',
      '6 amount-missing',
      '7 amount-negative',
      '8 amount-unreadable',
      '9 amount-too-large',
      '10 amount-currency',
      '11 quantity-unreadable',
    ]);
    expect(rejects[2]?.reason).toBe('purchased_at is a date or time that does not exist.');
  });

  it('refuses an unknown time zone before it reads anything', async () => {
    const importing = bring('customer_id,purchased_at,amount\n', { timezone: 'Japan/Tokyo' });
    await expect(importing).rejects.toMatchObject({ code: 'input.invalid' });
  });
});
