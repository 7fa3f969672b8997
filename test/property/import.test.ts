import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrayLiteral } from '../../src/customer/import/copy.ts';
import { csvRecords } from '../../src/customer/import/csv.ts';
import { CUSTOMER_SHAPE, customerRow } from '../../src/customer/import/customer-row.ts';
import type { CustomerField } from '../../src/customer/import/customer-row.ts';
import { readLines } from '../../src/customer/import/lines.ts';
import { readMoment } from '../../src/customer/import/moments.ts';
import { readNumber } from '../../src/customer/import/numbers.ts';
import type { ParsedRecord } from '../../src/customer/import/records.ts';
import { importCustomers } from '../../src/customer/index.ts';
import type { Reject } from '../../src/customer/index.ts';
import { testDatabase } from '../support/database.ts';

const db = await testDatabase();
const NOW = new Date('2026-11-21T00:00:00Z');

/** Values as people type them, with all that CSV, COPY and array literals treat as special. */
const value = fc
  .string({
    unit: fc.constantFrom(
      'a',
      'N',
      '"',
      '\\',
      ',',
      ';',
      '\n',
      '\t',
      "'",
      '{',
      '}',
      '.',
      ' ',
      '表',
      '①',
      '😀',
      '\u{FEFF}',
      'é',
      '\u0001',
    ),
  })
  .map((text) => text.trim());
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

async function parse(bytes: Buffer, cuts: readonly number[]) {
  const at = [
    0,
    ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b),
    bytes.length,
  ];
  const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
  const lines = readLines(Readable.from(chunks, { objectMode: true }), 'utf-8');
  const records: ParsedRecord<CustomerField>[] = [];
  for await (const block of csvRecords(lines, CUSTOMER_SHAPE, {})) records.push(...block);
  return records;
}

describe('reading a CSV file', () => {
  it('gives back what was written, wherever its bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(value, value), { maxLength: 8 }),
        fc.array(fc.nat(), { maxLength: 5 }),
        async (rows, cuts) => {
          const text = rows.map(([city, note]) => `x,${quoted(city)},${quoted(note)}\n`).join('');
          const records = await parse(Buffer.from(`customer_id,city,note\n${text}`), cuts);
          expect(records.map(({ content }) => content.ok && content.values)).toEqual(
            rows.map(([city, note]) => ['x', city, note]),
          );
        },
      ),
    );
  });

  it('never throws behind a good header, and accounts for every line that is not blank', async () => {
    const junk = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
        value.map((text) => Buffer.from(text)),
        fc.constantFrom('a,b,c', '"', 'a,"b', '","').map((text) => Buffer.from(text)),
      ),
      { maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(junk, fc.array(fc.nat(), { maxLength: 3 }), async (parts, cuts) => {
        const lines = parts.flatMap((part) => [part, Buffer.from('\n')]);
        const file = Buffer.concat([Buffer.from('customer_id,city,note\n'), ...lines]);
        const records = await parse(file, cuts);
        const covered = records.flatMap(({ line, raw }) =>
          raw.split('\n').map((_, index) => line + index),
        );
        expect(covered).toEqual([...new Set(covered)].sort((a, b) => a - b));
        const filled = file
          .toString()
          .split('\n')
          .flatMap((text, index) => (index > 0 && text.trim() !== '' ? [index + 1] : []));
        expect(covered).toEqual(expect.arrayContaining(filled));
        for (const { line, content } of records) {
          const row = content.ok ? customerRow(line, content) : content;
          expect(row.ok || row.reason.length > 0).toBe(true);
        }
        expect(records).toEqual(await parse(file, []));
      }),
    );
  });
});

describe('importing', () => {
  it('stores any value as given, adds up, and changes nothing the second time', async () => {
    const line = fc.record({ id: fc.constantFrom('', 'a', 'b', 'c'), city: value, email: value });
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 6 }), async (lines) => {
        await db.pool.query('TRUNCATE customer');
        const file = lines
          .map(({ id, city, email }) => `${id},${quoted(city)},${quoted(email)},${quoted(city)}\n`)
          .join('');
        const rejects: Reject[] = [];
        const bring = () =>
          importCustomers(
            db,
            Readable.from([`customer_id,city,email,note\n${file}`], { objectMode: false }),
            {
              format: 'csv',
              encoding: 'utf-8',
              columns: {},
              timezone: 'UTC',
              now: NOW,
              onReject: (reject) => void rejects.push(reject),
            },
          );
        const first = await bring();
        expect(first.read).toBe(lines.length);
        expect(
          first.inserted + first.updated + first.unchanged + first.superseded + first.rejected,
        ).toBe(first.read);
        expect(rejects).toHaveLength(lines.filter(({ id }) => id === '').length);

        const wanted = new Map(lines.filter(({ id }) => id !== '').map((last) => [last.id, last]));
        const stored = await db.pool.query('SELECT * FROM customer');
        expect(stored.rows).toHaveLength(wanted.size);
        for (const row of stored.rows) {
          const { city = '', email = '' } = wanted.get(row.customer_id) ?? {};
          expect(row).toMatchObject({
            city: city || null,
            emails: email === '' ? [] : [email],
          });
          expect(row.attributes).toEqual(city === '' ? {} : { note: city });
        }
        expect(await bring()).toMatchObject({ inserted: 0, updated: 0, unchanged: wanted.size });
      }),
      { numRuns: 60 },
    );
  });

  it('writes lists that PostgreSQL reads back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(value), async (values) => {
        const read = await db.pool.query('SELECT $1::text[] AS list', [arrayLiteral(values)]);
        expect(read.rows[0]?.list).toEqual(values);
      }),
      { numRuns: 50 },
    );
  });

  it('reads any day that exists, and no text makes it throw', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          const text = date.toISOString();
          expect(readMoment('at', text)).toEqual({
            ok: true,
            at: text.replace('T', ' ').replace('Z', '+00:00'),
            exact: true,
          });
        },
      ),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(readMoment('at', text)).toHaveProperty('ok');
        expect(readNumber(text, 11)).toHaveProperty('ok');
      }),
    );
  });
});
