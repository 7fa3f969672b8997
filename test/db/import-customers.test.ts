import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { importCustomers } from '../../src/customer/index.ts';
import type { ImportOptions, Reject } from '../../src/customer/index.ts';
import { testDatabase } from '../support/database.ts';

const db = await testDatabase();
const NOW = new Date('2026-11-21T00:00:00Z');
const LATER = new Date('2026-11-22T00:00:00Z');
const base: ImportOptions = {
  format: 'csv',
  encoding: 'utf-8',
  columns: {},
  timezone: 'Asia/Tokyo',
  now: NOW,
};

const bring = (file: string | Buffer, options: Partial<ImportOptions> = {}) =>
  importCustomers(db, Readable.from([file], { objectMode: false }), { ...base, ...options });

const customers = async () =>
  (await db.pool.query('SELECT * FROM customer ORDER BY customer_id')).rows;
const customer = async (id: string) =>
  (await db.pool.query('SELECT * FROM customer WHERE customer_id = $1', [id])).rows[0];

beforeEach(() => db.pool.query('TRUNCATE customer'));

const FILE = [
  'customer_id,email,email_2,phone,country,first_name,postal_code,Plan',
  'c1,taro@example.jp,taro@example.com,090-1234-5678,jp,太郎,150-0001,gold',
  'c2, ,,, ,Hanako ,,',
].join('\n');

describe('importing customers', () => {
  it('keeps values as given, trimmed, and other columns as attributes', async () => {
    expect(await bring(FILE)).toEqual({
      read: 2,
      inserted: 2,
      updated: 0,
      unchanged: 0,
      superseded: 0,
      rejected: 0,
      rejectedByCode: {},
      attributes: ['Plan'],
      countryUnread: 0,
    });
    const [first, second] = await customers();
    expect(first).toMatchObject({
      customer_id: 'c1',
      emails: ['taro@example.jp', 'taro@example.com'],
      phones: ['090-1234-5678'],
      country: 'JP',
      first_name: '太郎',
      last_name: null,
      postal_code: '150-0001',
      attributes: { Plan: 'gold' },
      contact_version: 1,
      identity_stale: true,
      created_at: NOW,
      updated_at: NOW,
    });
    expect(second).toMatchObject({
      emails: [],
      phones: [],
      country: null,
      first_name: 'Hanako',
      postal_code: null,
    });
    expect(second.attributes).toEqual({});
  });

  it('changes nothing when the same file comes again', async () => {
    await bring(FILE);
    await db.pool.query('UPDATE customer SET identity_stale = false');
    const before = await db.pool.query('SELECT xmin, xmax, * FROM customer ORDER BY customer_id');
    const report = await bring(FILE, { now: LATER });
    expect(report).toMatchObject({ read: 2, inserted: 0, updated: 0, unchanged: 2 });
    const after = await db.pool.query('SELECT xmin, xmax, * FROM customer ORDER BY customer_id');
    expect(after.rows).toEqual(before.rows);
  });

  it('raises the contact version for whatever keys are made of, not for an attribute', async () => {
    await bring(FILE);
    await db.pool.query('UPDATE customer SET identity_stale = false');
    const changed = FILE.replace('taro@example.com', 'new@example.com').replace('Hanako', 'Hana');
    expect(await bring(changed, { now: LATER })).toMatchObject({ updated: 2, unchanged: 0 });
    expect(await customer('c1')).toMatchObject({
      emails: ['taro@example.jp', 'new@example.com'],
      contact_version: 2,
      identity_stale: true,
      created_at: NOW,
      updated_at: LATER,
    });
    expect(await customer('c2')).toMatchObject({ first_name: 'Hana', contact_version: 2 });
    await db.pool.query('UPDATE customer SET identity_stale = false');
    expect(await bring('customer_id,shoe\nc2,23', { now: LATER })).toMatchObject({ updated: 1 });
    expect(await customer('c2')).toMatchObject({
      attributes: expect.objectContaining({ shoe: '23' }),
      contact_version: 2,
      identity_stale: false,
    });
  });

  it('leaves alone what the file has no column for, and clears what it leaves empty', async () => {
    await bring(FILE);
    await bring('customer_id,phone,Plan,Note\nc1,,,"a ""b"""');
    const { emails, phones, first_name, attributes } = await customer('c1');
    expect(emails).toEqual(['taro@example.jp', 'taro@example.com']);
    expect(phones).toEqual([]);
    expect(first_name).toBe('太郎');
    expect(attributes).toEqual({ Note: 'a "b"' });
  });

  it('gives the default country to those without one', async () => {
    await bring('customer_id,country\na,Germany\nb,UK\nc,ＪＰ\nd, ', { country: 'FR' });
    expect((await customers()).map((row) => row.country)).toEqual(['DE', 'GB', 'JP', 'FR']);
    await bring('customer_id,first_name\nc,x', { country: 'FR' });
    expect((await customer('c')).country).toBe('JP');
  });

  it('keeps a country that it cannot read as ZZ, not as none, and counts its customers', async () => {
    const file = 'customer_id,country\na,Atlantis\nb,ドイツ\nc,Mu\nc,XX\nd,?\nd,DEU\n,Mu\ne,';
    expect(await bring(file, { country: 'JP' })).toMatchObject({ inserted: 5, countryUnread: 2 });
    expect((await customers()).map((row) => row.country)).toEqual(['ZZ', 'DE', 'ZZ', 'DE', 'JP']);
    expect(await bring(file, { country: 'JP' })).toMatchObject({ updated: 0, countryUnread: 2 });
    const lists = '{"customer_id":"a","country":["DE"]}\n{"customer_id":"b","country":null}';
    expect(await bring(lists, { format: 'ndjson' })).toMatchObject({ countryUnread: 1 });
    expect((await customers()).slice(0, 2).map((row) => row.country)).toEqual(['ZZ', null]);
  });

  it('takes only a real country, or ZZ, as the default', async () => {
    for (const country of ['UK', 'XX', 'jp', 'Japan']) {
      await expect(bring(FILE, { country })).rejects.toMatchObject({ code: 'input.invalid' });
    }
    await bring(FILE, { country: 'ZZ' });
    expect((await customers()).map((row) => row.country)).toEqual(['JP', 'ZZ']);
  });

  it('lets the last line of a customer count', async () => {
    const report = await bring('customer_id,first_name\na,1\nb,1\na,2\na,3\n,4');
    expect(report).toMatchObject({ read: 5, inserted: 2, superseded: 2, rejected: 1 });
    expect((await customer('a')).first_name).toBe('3');
  });

  it('reads NDJSON with lists, numbers and nested attributes', async () => {
    const lines = [
      { customer_id: 7, emails: ['a@x.jp', ' ', 'b@x.jp', 'a@x.jp'], phone: 819012345678 },
      { customer_id: 'n', email: ['c@x.jp'], email_2: 'd@x.jp', tags: { a: [1, 'x\ty\\z'] } },
    ];
    const file = `${lines.map((line) => JSON.stringify(line)).join('\n')}\n\n`;
    expect(await bring(file, { format: 'ndjson' })).toMatchObject({ read: 2, inserted: 2 });
    expect(await customer('7')).toMatchObject({
      emails: ['a@x.jp', 'b@x.jp'],
      phones: ['819012345678'],
    });
    expect(await customer('n')).toMatchObject({
      emails: ['c@x.jp', 'd@x.jp'],
      attributes: { tags: { a: [1, 'x\ty\\z'] } },
    });
    expect(await bring(file, { format: 'ndjson' })).toMatchObject({ unchanged: 2 });
    await bring('{"customer_id":"n","email_2":null,"tags":null}', { format: 'ndjson' });
    const { emails, attributes } = await customer('n');
    expect({ emails, attributes }).toEqual({ emails: [], attributes: {} });
  });

  it('rejects bad lines by number, code and reason, and imports the others', async () => {
    const rejects: Reject[] = [];
    const file = Buffer.concat([
      Buffer.from('customer_id,email,note\r\n'),
      Buffer.from(',secret@example.jp,x\r\n'),
      Buffer.from('c2,secret@example.jp\r\n'),
      Buffer.from('c3,\xe9secret@example.jp,x\r\n', 'latin1'),
      Buffer.from('c4,"two\r\nlines",x\r\n'),
      Buffer.from('c5,"never closed,x\r\n'),
      Buffer.from(`${'9'.repeat(201)},secret@example.jp,x\r\n`),
      Buffer.from('c7,a\0b,x\r\n'),
      Buffer.from('c8,ok@example.jp,x'),
    ]);
    const report = await bring(file, { onReject: (reject) => void rejects.push(reject) });
    expect(report).toEqual({
      read: 8,
      inserted: 2,
      updated: 0,
      unchanged: 0,
      superseded: 0,
      rejected: 6,
      rejectedByCode: {
        'id-missing': 1,
        'column-count': 1,
        encoding: 2,
        quotes: 1,
        'id-too-long': 1,
      },
      attributes: expect.any(Array),
      countryUnread: 0,
    });
    expect(rejects.map(({ line, code }) => `${line} ${code}`)).toEqual([
      '2 id-missing',
      '3 column-count',
      '4 encoding',
      '7 quotes',
      '8 id-too-long',
      '9 encoding',
    ]);
    expect(rejects[1]?.raw).toBe('c2,secret@example.jp');
    expect(JSON.stringify(rejects.map(({ reason }) => reason))).not.toContain('secret');
    expect((await customer('c4')).emails).toEqual(['two\nlines']);
    expect(await customer('c8')).toBeDefined();
  });

  it('rejects NDJSON that is no object, not exact, or not storable', async () => {
    const file = [
      'not json',
      '[1]',
      '{"customer_id":12345678901234567890}',
      String.raw`{"customer_id":"a","x":"\u0000"}`,
      String.raw`{"customer_id":"a","x":["\ud800"]}`,
      `{"customer_id":"a","x":${'['.repeat(5000)}${']'.repeat(5000)}}`,
      '{"customer_id":{}}',
      '{"customer_id":"ok","__proto__":{"x":1}}',
    ].join('\n');
    const report = await bring(file, { format: 'ndjson' });
    expect(report).toMatchObject({
      inserted: 1,
      rejectedByCode: { json: 3, 'id-inexact': 1, encoding: 2, 'id-missing': 1 },
    });
    const stored = await db.pool.query('SELECT attributes::text AS json FROM customer');
    expect(stored.rows).toEqual([{ json: '{"__proto__": {"x": 1}}' }]);
  });

  it('reads Shift_JIS as Windows writes it, and rejects bytes that are none', async () => {
    const file = Buffer.concat([
      Buffer.from('customer_id,first_name,city\r\na,'),
      // 髙 and ① are extensions by IBM and NEC; 表 ends in the byte of a backslash; ～ is Windows' own.
      Buffer.from([0xfb, 0xfc, 0x95, 0x5c, 0x87, 0x40, 0x2c, 0x81, 0x60, 0xb1, 0x0d, 0x0a]),
      Buffer.from([0x62, 0x2c, 0x81, 0x2c, 0x78, 0x0d, 0x0a, 0x1a]),
    ]);
    const report = await bring(file, { encoding: 'shift_jis' });
    expect(report).toMatchObject({ read: 2, inserted: 1, rejectedByCode: { encoding: 1 } });
    expect(await customer('a')).toMatchObject({ first_name: '髙表①', city: '～ｱ' });
  });

  it('imports nothing when it is interrupted or the source breaks', async () => {
    const controller = new AbortController();
    const endless = Readable.from(
      (async function* () {
        yield 'customer_id\n';
        for (let id = 0; ; id += 1) yield `c${id}\n`.repeat(1000);
      })(),
      { objectMode: false },
    );
    const importing = importCustomers(db, endless, {
      ...base,
      signal: controller.signal,
      onProgress: ({ read }) => void (read > 5000 && controller.abort()),
    });
    await expect(importing).rejects.toMatchObject({ code: 'interrupted' });

    const breaking = Readable.from(
      (async function* () {
        yield 'customer_id\nc1\n';
        throw new Error('disk on fire');
      })(),
      { objectMode: false },
    );
    await expect(importCustomers(db, breaking, base)).rejects.toThrow('disk on fire');
    const missing = createReadStream('no/such/file.csv');
    await expect(importCustomers(db, missing, base)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(bring('id\n1')).rejects.toMatchObject({ code: 'input.invalid' });
    expect(await customers()).toEqual([]);
    expect(await bring(FILE)).toMatchObject({ inserted: 2 });
  });

  it('lets two imports of the same customers run at once', async () => {
    const ids = Array.from({ length: 2000 }, (_, index) => `c${index}`);
    const file = (order: string[], name: string) =>
      `customer_id,first_name\n${order.map((id) => `${id},${name}`).join('\n')}`;
    const reports = await Promise.all([
      bring(file(ids, 'a')),
      bring(file(ids.toReversed(), 'b')),
      bring(file(ids, 'c')),
    ]);
    expect(reports.filter(({ inserted }) => inserted === 0)).toHaveLength(2);
    expect(reports.filter(({ inserted }) => inserted === 2000)).toHaveLength(1);
    expect(reports.reduce((sum, { updated }) => sum + updated, 0)).toBe(4000);
  });
});
