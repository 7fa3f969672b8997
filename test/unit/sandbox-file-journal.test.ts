import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fileJournal } from '../../connectors/sandbox/file-journal.ts';
import { atTheEnd } from '../support/at-the-end.ts';

const at = '2026-11-21T00:00:00.000Z';

it('gives each platform its own events back in their order, in the next process too', () => {
  const { path, open } = place();
  const journal = open();
  for (const n of [1, 2, 3]) {
    for (const platform of ['x', 'xy', '"x"']) {
      journal.append(platform, { type: platform, at, n });
    }
  }
  for (const each of [journal, open()]) {
    for (const platform of ['x', 'xy', '"x"']) {
      expect([...each.replay(platform)]).toEqual([1, 2, 3].map((n) => ({ type: platform, at, n })));
    }
    expect([...each.replay('meta')]).toEqual([]);
  }
  const [first = ''] = readFileSync(path, 'utf8').split('\n');
  expect(JSON.parse(first)).toEqual({ platform: 'x', event: { type: 'x', at, n: 1 } });
});

it('reads lines that lie across the pieces the file is read in, whatever is in them', () => {
  const { open } = place();
  const journal = open();
  const texts = [1, 1_048_570, 3_000_001, 0, 349_525].map((length) => '名'.repeat(length));
  for (const text of texts) journal.append('x', { type: 'long', at, text });
  const read = [...journal.replay('x')].map(({ text }) => text);
  expect(read.map((text, n) => text === texts[n])).toEqual(texts.map(() => true));
});

it('passes over a line that a killed process left unfinished, and goes on after it', () => {
  const { path, open } = place();
  open().append('x', { type: 'first', at });
  appendFileSync(path, '{"platform":"x","event":{"type":"torn","at":"2026');
  const again = open();
  again.append('x', { type: 'second', at });
  expect([...again.replay('x')].map(({ type }) => type)).toEqual(['first', 'second']);
});

function place() {
  const folder = mkdtempSync(join(tmpdir(), 'rekindle-journal-'));
  atTheEnd(async () => rmSync(folder, { recursive: true }));
  const path = join(folder, 'sandbox', 'journal.ndjson');
  const open = () => {
    const journal = fileJournal(path);
    atTheEnd(async () => journal.close());
    return journal;
  };
  return { path, open };
}
