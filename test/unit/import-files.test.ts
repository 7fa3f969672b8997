import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { csvRecords } from '../../src/customer/import/csv.ts';
import { CUSTOMER_SHAPE } from '../../src/customer/import/customer-row.ts';
import { MAX_LINE, readLines } from '../../src/customer/import/lines.ts';
import { ndjsonRecords } from '../../src/customer/import/ndjson.ts';

const source = (...chunks: (string | Buffer)[]) =>
  readLines(Readable.from(chunks, { objectMode: true }), 'utf-8');

async function csv(...chunks: (string | Buffer)[]): Promise<string[]> {
  const seen: string[] = [];
  for await (const records of csvRecords(source(...chunks), CUSTOMER_SHAPE, {})) {
    for (const { line, content } of records) {
      seen.push(`${line} ${content.ok ? content.values.join('|') : content.code}`);
    }
  }
  return seen;
}

describe('a CSV file', () => {
  it('may start with a byte order mark, use CRLF, and end in blank lines', async () => {
    const file = Buffer.from('\u{FEFF}customer_id,city\r\na,b\r\n\r\n  \r\n');
    expect(await csv(file)).toEqual(['2 a|b']);
  });

  it('may be separated by semicolons or tabs', async () => {
    expect(await csv('customer_id;city\na;"b;c"')).toEqual(['2 a|b;c']);
    expect(await csv('customer_id\tcity\na\t')).toEqual(['2 a|']);
  });

  it('keeps line numbers behind values of several lines and blank lines', async () => {
    const file = 'customer_id,city\na,"x\n\n""y"""\n\nb,z\nc\n';
    expect(await csv(file)).toEqual(['2 a|x\n\n"y"', '6 b|z', '7 column-count']);
  });

  it('loses one line to a quote that is never closed, not the rest', async () => {
    const good = Array.from({ length: 3000 }, (_, index) => `c${index},"x"`);
    const seen = await csv(`customer_id,city\na,"b\n${good.join('\n')}`);
    expect(seen).toHaveLength(3001);
    expect(seen.slice(0, 2)).toEqual(['2 quotes', '3 c0|x']);
    expect(seen.at(-1)).toBe('3002 c2999|x');
  });

  it('does not wait for the end of the file to close a quote', async () => {
    let written = 0;
    const lines = Readable.from(
      (function* () {
        yield 'customer_id,city\na,"b\n';
        for (; written < 5000; written += 1) yield `c${written},x\n`;
      })(),
    );
    for await (const records of csvRecords(readLines(lines, 'utf-8'), CUSTOMER_SHAPE, {})) {
      if (records.length > 0) break;
    }
    expect(written).toBeLessThan(1500);
  });

  it('loses two lines to two quotes in the middle of values, not those between', async () => {
    expect(await csv('customer_id,city\na,5" x\nb,y\nc,"7" z\nd,e')).toEqual([
      '2 quotes',
      '3 b|y',
      '4 quotes',
      '5 d|e',
    ]);
  });

  it('loses one line to its length, however the file is cut into chunks', async () => {
    const long = Buffer.from(`x,${'y'.repeat(MAX_LINE)}\n`);
    const expected = ['2 a|b', '3 line-too-long', '4 c|d'];
    expect(await csv('customer_id,city\na,b\n', long, 'c,d')).toEqual(expected);
    expect(
      await csv('customer_id,city\na,b\n', long.subarray(0, 10), long.subarray(10), 'c,d'),
    ).toEqual(expected);
  });

  it('that is empty, UTF-16, or undecodable in its header gives one clear error', async () => {
    await expect(csv('')).rejects.toThrow(/is empty/);
    await expect(csv(Buffer.from('\u{FEFF}customer_id', 'utf16le'))).rejects.toThrow(/UTF-16/);
    await expect(csv(Buffer.from('customer_id,\xff\n', 'latin1'))).rejects.toThrow(/--encoding/);
    await expect(csv('customer_id\ra\rb')).rejects.toThrow(/\(CR\)/);
  });
});

describe('an NDJSON file', () => {
  it('that is one JSON array gives one clear error', async () => {
    const records = ndjsonRecords(source('\n[{"customer_id":1},\n'), CUSTOMER_SHAPE, {});
    await expect(records.next()).rejects.toThrow(/JSON array/);
  });
});
