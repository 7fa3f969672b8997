import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { enterSuppression, importSuppressions } from '../../src/customer/index.ts';
import type { ImportOptions, Reject, SuppressionKeys } from '../../src/customer/index.ts';
import { inTransaction } from '../../src/infra/db.ts';
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

/** Stands in for identity's rules, of which the importer knows only what they answer. */
const keysOf: SuppressionKeys = (kind, value, country) => {
  const text = value.toLowerCase().replaceAll(/[\s-]/gu, '');
  if (kind === 'phone' && country === null && !text.startsWith('+')) {
    return { ok: false, sentence: 'A country is needed.' };
  }
  const digest = hash('sha256', `${kind} ${text}`, 'buffer');
  const more = text.includes('@gmail') ? [hash('sha256', text.replaceAll('.', ''), 'buffer')] : [];
  return { ok: true, digest, more };
};

const bring = (file: string, options: Partial<ImportOptions> = {}) =>
  importSuppressions(
    db,
    Readable.from([file], { objectMode: false }),
    { ...base, ...options },
    keysOf,
  );

const HEAD = 'kind,value,reason,until\n';

interface Row {
  readonly kind: string;
  readonly customer_id: string | null;
  readonly digest: Buffer | null;
  readonly more: readonly Buffer[];
  readonly reason: string;
  readonly until: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const stored = async () =>
  (await db.pool.query<Row>('SELECT * FROM suppression ORDER BY kind, customer_id, digest')).rows;

/** Until when, and why. */
const terms = async () =>
  (await stored()).map(({ until, reason }) => `${until?.toISOString() ?? 'for ever'} ${reason}`);

beforeEach(() => db.pool.query('TRUNCATE suppression, customer'));

describe('importing suppressions', () => {
  it('keeps digests of values and ids of customers, and never a raw value', async () => {
    const file = [
      'Customer,c-1,asked,2026-12-31',
      'E-mail,Taro.Y@Gmail.com,,',
      '電話,090-1234-5678,complaint by taro@example.jp (090-1234-5678),2026-12-31 12:00',
      'ドメイン,example.com,,2026-12-31T00:00:00Z',
    ].join('\n');
    expect(await bring(HEAD + file, { country: 'JP' })).toEqual({
      read: 4,
      inserted: 4,
      updated: 0,
      unchanged: 0,
      superseded: 0,
      rejected: 0,
      rejectedByCode: {},
      attributes: expect.any(Array),
      endKept: 0,
    });
    const rows = await stored();
    expect(rows).toMatchObject([
      { kind: 'customer', customer_id: 'c-1', digest: null, reason: 'asked' },
      { kind: 'domain', customer_id: null, reason: 'import' },
      { kind: 'email', customer_id: null, reason: 'import', until: null, created_at: NOW },
      { kind: 'phone', reason: 'complaint by [address] ([phone])', updated_at: NOW },
    ]);
    expect(rows.map(({ until }) => until?.toISOString())).toEqual([
      '2026-12-31T14:59:59.999Z',
      '2026-12-31T00:00:00.000Z',
      undefined,
      '2026-12-31T03:00:00.000Z',
    ]);
    const email = rows[2];
    expect(email?.digest).toEqual(hash('sha256', 'email taro.y@gmail.com', 'buffer'));
    expect(email?.more).toEqual([hash('sha256', 'taroy@gmailcom', 'buffer')]);
    const all = await db.pool.query('SELECT suppression::text AS text FROM suppression');
    expect(JSON.stringify(all.rows)).not.toMatch(/gmail|1234|example/iu);
    const customers = await db.pool.query('SELECT 1 FROM customer');
    expect(customers.rowCount).toBe(0);
  });

  it('changes nothing when the same file comes again', async () => {
    const file = `${HEAD}email,a.b@gmail.com,x,2027-01-01\nemail,A.B@gmail.com,y,2026-12-01\ncustomer,c,,\n`;
    expect(await bring(file)).toMatchObject({ inserted: 2, superseded: 1 });
    const before = await stored();
    const again = await bring(file, { now: new Date('2026-11-22') });
    expect(again).toMatchObject({ inserted: 0, updated: 0, unchanged: 2, superseded: 1 });
    expect(await stored()).toEqual(before);
  });

  it('extends a suppression and never shortens one, and says how many asked for that', async () => {
    await bring(
      `${HEAD}customer,a,first,2026-12-31\ncustomer,b,first,\ncustomer,c,first,2027-01-01`,
    );
    const report = await bring(
      `${HEAD}customer,a,second,2027-06-30\ncustomer,b,second,2027-06-30\ncustomer,c,second,2026-12-01`,
    );
    expect(report).toMatchObject({ updated: 1, unchanged: 2, endKept: 2 });
    expect(await terms()).toEqual([
      '2027-06-30T14:59:59.999Z second',
      'for ever first',
      '2027-01-01T14:59:59.999Z first',
    ]);
    expect(await bring(`${HEAD}customer,a,,`)).toMatchObject({ updated: 1, endKept: 0 });
    expect((await terms())[0]).toBe('for ever second');
    expect(await bring(`${HEAD}customer,a,third,`)).toMatchObject({ updated: 1 });
    expect((await terms())[0]).toBe('for ever third');
  });

  it('takes of several lines of one file the one that holds longest, then the last', async () => {
    const file = [
      'customer,a,long,2027-06-30',
      'customer,a,short,2026-12-31',
      'customer,b,dated,2027-06-30',
      'customer,b,first,',
      'customer,b,last,',
    ].join('\n');
    expect(await bring(HEAD + file)).toMatchObject({ inserted: 2, superseded: 3, endKept: 0 });
    expect(await terms()).toEqual(['2027-06-30T14:59:59.999Z long', 'for ever last']);
  });

  it('begins one anew that had run out', async () => {
    const past = new Date('2026-01-01T00:00:00Z');
    await bring(`${HEAD}customer,a,x,2026-03-01\ncustomer,b,x,`, { now: past });
    await bring(`${HEAD}customer,a,y,\ncustomer,b,y,`);
    expect((await stored()).map(({ created_at }) => created_at)).toEqual([NOW, past]);
  });

  it('keeps the further keys that a value had, and adds those that are new', async () => {
    const [one, two, three] = [Buffer.from('1'), Buffer.from('2'), Buffer.from('3')];
    const enter = (more: readonly Buffer[]) =>
      inTransaction(db, (client) =>
        enterSuppression(
          client,
          { ok: true, kind: 'email', digest: Buffer.from('digest'), more },
          { reason: null, until: null },
          NOW,
        ),
      );
    expect(await enter([two, one])).toBe('added');
    expect(await enter([])).toBe('unchanged');
    expect(await enter([one, two])).toBe('unchanged');
    expect(await enter([two, three])).toBe('changed');
    expect((await stored())[0]?.more).toEqual([one, two, three]);
  });

  it('takes the country of a phone from its line, then from the import', async () => {
    const file = 'kind,value,country\nphone,090-1,JP\nphone,090-2,\nphone,+81-3,\nphone,090-4,XQ\n';
    expect(await bring(file)).toMatchObject({
      inserted: 3,
      rejectedByCode: { 'value-unusable': 1 },
    });
    expect(await bring(file, { country: 'JP' })).toMatchObject({ inserted: 1, rejected: 0 });
  });

  it('rejects what it cannot take in, says why without the value, and imports the others', async () => {
    const rejects: Reject[] = [];
    const lines = [
      ',a,,',
      'shoe,a,,',
      'email,,,',
      'customer,,,',
      'customer,taro@example.jp,,',
      'phone,090-1234-5678,,',
      'email,taro@example.jp,,someday',
      'email,taro@example.jp,,2026-02-30',
      'email,taro@example.jp,,2020-01-01',
    ];
    const report = await bring(HEAD + lines.join('\n'), {
      onReject: (reject) => void rejects.push(reject),
    });
    expect(report).toMatchObject({ read: 9, inserted: 1, rejected: 8 });
    expect(rejects.map(({ line, code }) => `${line} ${code}`)).toEqual([
      '2 kind-missing',
      '3 kind-unreadable',
      '4 value-missing',
      '5 value-missing',
      '6 id-is-address',
      '7 value-unusable',
      '8 date-unreadable',
      '9 date-impossible',
    ]);
    expect(rejects[5]?.reason).toBe(
      'value is no e-mail address, phone number or domain that can be used. A country is needed.',
    );
    expect(JSON.stringify(rejects.map(({ reason }) => reason))).not.toMatch(/taro|1234/u);
  });

  it('adds up, and suppresses each for as long as any line of any file asked', async () => {
    const entry = fc.record({
      customer: fc.constantFrom('a', 'b', 'c'),
      year: fc.constantFrom(2025, 2027, 2028, null),
    });
    const files = fc.array(fc.array(entry, { maxLength: 5 }), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(files, async (loads) => {
        await db.pool.query('TRUNCATE suppression');
        for (const entries of loads) {
          const lines = entries.map(
            ({ customer, year }) => `customer,${customer},,${year === null ? '' : `${year}-01-01`}`,
          );
          const report = await bring(HEAD + lines.join('\n'));
          const { inserted, updated, unchanged, superseded } = report;
          expect(Math.min(inserted, updated, unchanged, superseded)).toBeGreaterThanOrEqual(0);
          expect(inserted + updated + unchanged + superseded).toBe(entries.length);
        }
        const longest = new Map<string, number>();
        for (const { customer, year } of loads.flat()) {
          longest.set(customer, Math.max(longest.get(customer) ?? 0, year ?? Infinity));
        }
        const found = (await stored()).map(({ customer_id, until }) => [
          customer_id,
          until?.getUTCFullYear() ?? Infinity,
        ]);
        expect(new Map(found as [string, number][])).toEqual(longest);
      }),
      { numRuns: 40 },
    );
  });
});
