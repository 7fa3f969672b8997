import { beforeEach, expect, it } from 'vitest';
import { serveSandbox } from '../../connectors/sandbox/server.ts';
import type { SandboxServer } from '../../connectors/sandbox/server.ts';
import { emptyWorld } from '../../connectors/sandbox/world.ts';
import { atTheEnd } from '../support/at-the-end.ts';
import { FAKE_SECRET } from '../support/fake-emulator.ts';
import type { FakeEmulator } from '../support/fake-emulator.ts';
import { sizedFake } from './sandbox-fake.ts';

let emulator: FakeEmulator;
let server: SandboxServer;

beforeEach(async () => {
  emulator = sizedFake('meta');
  const world = emptyWorld(new Date('2026-11-21T00:00:00Z'));
  server = await serveSandbox({ world, emulators: [{ ...emulator, paths: { graph: '' } }] });
  atTheEnd(() => server.close());
});

it('shows accounts, variables, audiences, clock, faults and requests', async () => {
  list('l-1', 'Autumn list A', ['k-1', 'k-2']);
  server.inject({ kind: 'lose-answer', platform: 'meta', path: '/nothing', rate: 0.07 });
  server.inject({ kind: 'says', platform: 'meta', path: '/else', mishap: 'forbidden', times: 3 });
  await fetch(`${server.url}/meta/things?access_token=abc`);
  const text = await page();
  for (const part of [
    'meta-account-1',
    `META_GRAPH_URL=${server.url}/meta`,
    'META_ACCESS_TOKEN=••••••••',
    'Autumn list A',
    '2026-11-21T00:00:00.000Z',
    '7% of requests',
    'says: forbidden',
    '3 more',
    '/meta/things?access_token=***',
  ]) {
    expect(text).toContain(part);
  }
  expect(text).not.toContain(FAKE_SECRET);
});

it('is in English with the Japanese words beside, each marked as what it is', async () => {
  const text = await page();
  expect(text).toContain('<html lang="en">');
  for (const word of ['サンドボックス', '配信先', 'オーディエンス', '識別子']) {
    list('l-1', 'any', []);
    expect(await page()).toContain(`<span lang="ja">${word}</span>`);
  }
});

it('shows names as text, whatever they look like', async () => {
  list('l-"<1>', `<script>alert('x')</script>`, []);
  list('l-2', '秋のキャンペーン＜既存顧客＞', []);
  server.inject({ kind: 'reset', platform: 'meta', path: '"><img src=x onerror=alert(1)>' });
  await fetch(`${server.url}/meta/<script>`);
  const text = await page();
  expect(text).toContain('&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;');
  expect(text).toContain('秋のキャンペーン＜既存顧客＞');
  expect(text).not.toMatch(/<script|<img|onerror=[^&]*>/i);
  expect(text).not.toContain('l-"<1>');
});

it('lets the browser load its own style sheet and nothing else', async () => {
  const answer = await fetch(server.url);
  expect(answer.headers.get('content-security-policy')).toBe(
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  );
  expect(answer.headers.get('content-type')).toBe('text/html; charset=UTF-8');
  const style = await fetch(`${server.url}/_sandbox/page/style.css`);
  expect([style.status, style.headers.get('content-type')]).toEqual([
    200,
    'text/css; charset=utf-8',
  ]);
});

it('refreshes itself only when asked, so that no form is wiped while it is filled in', async () => {
  expect(await page()).not.toContain('http-equiv');
  expect(await page('/?refresh=5')).toContain('<meta http-equiv="refresh" content="5"');
  expect(await page('/?refresh=<b>')).not.toContain('http-equiv');
});

it('has forms that move the clock, inject a fault and clear all', async () => {
  expect((await send('clock', { amount: '8', unit: 'hours' })).status).toBe(303);
  expect(await page()).toContain('2026-11-21T08:00:00.000Z');
  const fault = { platform: 'meta', path: '/things', status: '', times: '', rate: '' };
  const answer = await send('faults', { ...fault, kind: 'says', mishap: 'refused' });
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
  await send('faults', { ...fault, kind: 'html', mishap: 'refused', status: '504', times: '2' });
  await send('faults', { ...fault, kind: 'drip', mishap: 'refused', rate: '0.5' });
  expect(server.faults()).toMatchObject([
    { kind: 'says', mishap: 'refused', path: '/things', times: 1 },
    { kind: 'html', status: 504, times: 2 },
    { kind: 'drip', rate: 0.5 },
  ]);
  await send('calm', {});
  expect(server.faults()).toEqual([]);
});

it('says on the page what was wrong with a form', async () => {
  const answer = await send('faults', { platform: 'meta', kind: 'answer', status: '' });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toMatch(/<p role="alert">status: /);
  expect((await send('faults', { platform: 'meta', kind: 'reset', rate: 'half' })).status).toBe(
    400,
  );
  expect((await send('clock', { amount: '-1', unit: 'hours' })).status).toBe(400);
  expect((await send('clock', { amount: '9e15', unit: 'days' })).status).toBe(400);
  expect(server.faults()).toEqual([]);
});

it('has a form that refuses a key, and shows of refused keys the beginning alone', async () => {
  const key = 'ab12cd34'.repeat(8);
  expect((await send('refused-keys', { platform: 'meta', key: ` ${key}\n` })).status).toBe(303);
  await send('refused-keys', { platform: 'meta', key: 'id-1' });
  expect(emulator.refusedKeys).toEqual([key, 'id-1']);
  const text = await page();
  for (const shown of ['<code>ab12cd…</code>', '<code>id…</code>']) expect(text).toContain(shown);
  expect(text).not.toContain(key.slice(0, 7));
  expect(text).not.toContain('id-1');
  for (const wrong of [
    { platform: 'tiktok', key },
    { platform: 'meta', key: ' ' },
  ]) {
    const answer = await send('refused-keys', wrong);
    expect(answer.status).toBe(400);
    expect(await answer.text()).not.toContain(key);
  }
  expect(emulator.refusedKeys).toHaveLength(2);
});

it('looks through no list that is too long for a page, and links to who is matched', async () => {
  const platform = sizedFake('meta');
  const looked: string[] = [];
  const sizes = new Map([
    ['first', 15_000],
    ['second', 5_001],
    ['third', 5_000],
    ['a/b', 1_000_000],
  ]);
  const watched = {
    ...platform,
    audiences: () => [...sizes.keys()].map((id) => ({ id, name: id, account: 'a' })),
    size: (id: string) => sizes.get(id) ?? 0,
    members: () => {
      throw new Error('The page sorts a list.');
    },
    matched: (id: string) => {
      looked.push(id);
      return [];
    },
  };
  const other = await serveSandbox({ world: emptyWorld(new Date(0)), emulators: [watched] });
  atTheEnd(() => other.close());
  const text = await (await fetch(other.url)).text();
  expect(looked).toEqual(['first', 'third']);
  for (const part of [
    '1,000,000',
    'href="/_sandbox/meta/audiences/second/matched"',
    'href="/_sandbox/meta/audiences/a%2Fb/matched"',
  ]) {
    expect(text).toContain(part);
  }
  const linked = await fetch(`${other.url}/_sandbox/meta/audiences/a%2Fb/matched`);
  expect(await linked.json()).toEqual({ matched: 0 });
});

it('takes forms of its own alone', async () => {
  const foreign = { origin: 'https://elsewhere.example' };
  expect((await send('clock', { amount: '1', unit: 'days' }, foreign)).status).toBe(403);
  expect((await send('calm', {}, { ...foreign, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect(await page()).toContain('2026-11-21T00:00:00.000Z');
});

function list(id: string, name: string, keys: string[]): void {
  emulator.lists.push({ id, name, account: emulator.account, keys });
}

async function page(path = '/'): Promise<string> {
  return (await fetch(`${server.url}${path}`)).text();
}

function send(
  form: string,
  fields: Record<string, string>,
  headers: Record<string, string> = { origin: server.url, 'sec-fetch-site': 'same-origin' },
) {
  return fetch(`${server.url}/_sandbox/page/${form}`, {
    method: 'POST',
    headers,
    body: new URLSearchParams(fields),
    redirect: 'manual',
  });
}
