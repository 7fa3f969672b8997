import { request as httpRequest } from 'node:http';
import { Hono } from 'hono';
import { beforeEach, describe, expect, it } from 'vitest';
import { loopbackOnly } from '../../connectors/sandbox/loopback.ts';
import { seededPopulation } from '../../connectors/sandbox/population.ts';
import { KEPT } from '../../connectors/sandbox/requests.ts';
import { serveSandbox } from '../../connectors/sandbox/server.ts';
import type { SandboxServer } from '../../connectors/sandbox/server.ts';
import { emptyWorld } from '../../connectors/sandbox/world.ts';
import { atTheEnd } from '../support/at-the-end.ts';
import { FAKE_SECRET } from '../support/fake-emulator.ts';
import type { FakeEmulator } from '../support/fake-emulator.ts';
import { sha256 } from '../support/people.ts';
import { sizedFake } from './sandbox-fake.ts';

const NOW = new Date('2026-11-21T00:00:00Z');
const KEYS = [sha256('a'), sha256('b'), sha256('c')];

let emulator: FakeEmulator;
let server: SandboxServer;

beforeEach(async () => {
  const world = emptyWorld(NOW);
  const population = seededPopulation({ seed: 's', rates: { email: 1, other: 0 } });
  emulator = sizedFake('fake', population);
  emulator.lists.push({ id: 'l-1', name: 'List A', account: emulator.account, keys: KEYS });
  server = await serveSandbox({ world, emulators: [emulator] });
  atTheEnd(() => server.close());
});

describe('the control interface', () => {
  it('shows audiences, the keys on them and how many people they lead to', async () => {
    expect(await ask('GET', '/fake/audiences')).toEqual([
      200,
      { audiences: [{ id: 'l-1', name: 'List A', account: 'fake-account-1' }] },
    ]);
    expect(await ask('GET', '/fake/audiences/l-1/members')).toEqual([
      200,
      { keys: KEYS.toSorted() },
    ]);
    expect(await ask('GET', '/fake/audiences/l-1/matched')).toEqual([200, { matched: 3 }]);
  });

  it('moves the clock forward and never back', async () => {
    expect(await ask('GET', '/clock')).toEqual([200, { now: '2026-11-21T00:00:00.000Z' }]);
    const later = [200, { now: '2026-11-21T01:00:00.000Z' }];
    expect(await ask('POST', '/clock', { advanceMs: 3_600_000 })).toEqual(later);
    for (const advanceMs of [-1, 1.5, 1e300, '1']) {
      expect((await ask('POST', '/clock', { advanceMs }))[0]).toBe(400);
    }
    expect(await ask('GET', '/clock')).toEqual(later);
  });

  it('injects faults, lists those that wait and takes them back', async () => {
    const fault = { kind: 'says', platform: 'fake', mishap: 'forbidden', times: 2 };
    const waiting = { faults: [{ ...fault, path: '', struck: 0 }] };
    expect(await ask('POST', '/faults', fault)).toEqual([200, waiting]);
    expect(await ask('GET', '/faults')).toEqual([200, waiting]);
    expect((await fetch(`${server.url}/fake/things`)).status).toBe(429);
    expect(await ask('GET', '/faults')).toMatchObject([200, { faults: [{ times: 1, struck: 1 }] }]);
    expect(await ask('DELETE', '/faults')).toEqual([200, { faults: [] }]);
    expect((await fetch(`${server.url}/fake/things`)).status).toBe(200);
  });

  it('deletes an audience and lets the platform refuse a key', async () => {
    expect(await ask('POST', '/fake/refused-keys', { key: KEYS[0] })).toEqual([204, null]);
    expect(emulator.refusedKeys).toEqual([KEYS[0]]);
    expect(await ask('DELETE', '/fake/audiences/l-1')).toEqual([200, { audiences: [] }]);
    expect(emulator.lists).toEqual([]);
    expect((await ask('DELETE', '/fake/audiences/l-1'))[0]).toBe(404);
  });

  it('renames an audience, and lets the platform stop it', async () => {
    expect(await ask('PATCH', '/fake/audiences/l-1', { name: 'List B' })).toEqual([
      200,
      { audiences: [{ id: 'l-1', name: 'List B', account: 'fake-account-1' }] },
    ]);
    expect((await ask('PATCH', '/fake/audiences/l-1', { stopped: true }))[0]).toBe(200);
    expect(emulator.stopped).toEqual(['l-1']);
    for (const body of [{}, { name: '' }, { stopped: false }, { name: 'C', stopped: true }]) {
      expect((await ask('PATCH', '/fake/audiences/l-1', body))[0]).toBe(400);
    }
    expect((await ask('PATCH', '/fake/audiences/l-2', { name: 'C' }))[0]).toBe(404);
  });

  it('says what is wrong with a request, and never what was sent', async () => {
    const typo = { kind: 'reset', platform: 'fake', tmes: 3, path: 'person@example.jp' };
    const [status, answer] = await ask('POST', '/faults', typo);
    expect(status).toBe(400);
    expect(JSON.stringify(answer)).toContain('tmes');
    expect(JSON.stringify(answer)).not.toContain('person@example.jp');
    expect(await ask('POST', '/faults', { kind: 'reset', platform: 'tiktok' })).toMatchObject([
      400,
      { problems: ['platform: Platforms served here: fake'] },
    ]);
    const text = await fetch(`${server.url}/_sandbox/clock`, { method: 'POST', body: '{' });
    expect([text.status, await text.json()]).toEqual([400, { error: 'The body is not JSON.' }]);
    expect((await ask('POST', '/fake/refused-keys', { key: '' }))[0]).toBe(400);
    expect(server.faults()).toEqual([]);
  });

  it.each([
    '/nothing',
    '/tiktok/audiences',
    '/fake/audiences/l-2/members',
    '/fake/audiences/l-2/matched',
  ])('answers 404 in JSON for %s', async (path) => {
    const [status, answer] = await ask('GET', path);
    expect(status).toBe(404);
    expect(answer).toEqual({ error: expect.any(String) });
  });
});

describe('recent requests', () => {
  it('say what was asked, how it ended and which fault befell it, at the sandbox’s time', async () => {
    server.inject({ kind: 'answer', platform: 'fake', method: 'PUT', status: 503, body: 'down' });
    await fetch(`${server.url}/fake/things`, { method: 'POST', body: '12345' });
    await ask('POST', '/clock', { advanceMs: 1000 });
    await fetch(`${server.url}/fake/things`, { method: 'PUT', body: '123' });
    await fetch(`${server.url}/tiktok/x`);
    const [, { requests }] = (await ask('GET', '/requests')) as [number, { requests: object[] }];
    const ms: unknown = expect.any(Number);
    const put = { platform: 'fake', method: 'PUT', path: '/fake/things' };
    const [first, later] = ['2026-11-21T00:00:00.000Z', '2026-11-21T00:00:01.000Z'];
    const unknown = { platform: null, method: 'GET', path: '/tiktok/x' };
    expect(requests).toEqual([
      { at: later, ...unknown, status: 404, ms, bytesIn: 0, bytesOut: 13, fault: null },
      { at: later, ...put, status: 503, ms, bytesIn: 3, bytesOut: 4, fault: 'answer' },
      {
        ...put,
        at: first,
        method: 'POST',
        status: 200,
        ms,
        bytesIn: 5,
        bytesOut: 28,
        fault: null,
      },
    ]);
  });

  it(`keep the last ${KEPT}`, async () => {
    for (let n = 0; n < KEPT + 5; n += 1) await fetch(`${server.url}/fake/things?n=${n}`);
    await fetch(`${server.url}/fake/nothing`);
    expect(server.requests()).toHaveLength(KEPT);
    expect(server.requests()[0]).toMatchObject({ path: '/fake/nothing', status: 204 });
  });

  it('keep no secret, digest or contact detail, wherever a request carries it', async () => {
    const digest = KEYS[0] ?? '';
    const secrets = [
      FAKE_SECRET,
      digest,
      digest.toUpperCase(),
      'person@example.jp',
      '+819012345678',
    ];
    for (const secret of secrets) {
      const written = encodeURIComponent(secret);
      for (const path of [
        `/fake/things/${written}`,
        `/fake/things/${encodeURIComponent(written)}`,
        `/fake/things/before-${written}`,
        `/fake/things?access_token=${written}`,
        `/fake/things?${written}`,
        `/fake/things?${written}=1`,
        `/fake/things?a=1&fields=id&q=${written}#${written}`,
        `/${written}/things`,
      ]) {
        await fetch(`${server.url}${path}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${secret}`, cookie: secret },
          body: secret,
        });
      }
    }
    const kept = JSON.stringify(server.requests());
    for (const secret of secrets) {
      expect(kept).not.toContain(secret);
      expect(kept).not.toContain(encodeURIComponent(secret));
    }
    expect(kept).toContain('/fake/things?a=***&fields=***&q=***');
    const page = await (await fetch(server.url)).text();
    for (const secret of secrets) expect(page).not.toContain(secret);
  });
});

describe('the control interface, the page and the platforms', () => {
  it('are for this machine alone', async () => {
    const app = new Hono().use(loopbackOnly).get('/', (context) => context.text('in'));
    const from = (remoteAddress: string | undefined) =>
      app.request(
        '/',
        { headers: { host: '127.0.0.1:4010' } },
        { incoming: { socket: { remoteAddress } } },
      );
    for (const here of ['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1']) {
      expect((await from(here)).status, here).toBe(200);
    }
    for (const there of ['10.0.0.5', '::ffff:10.0.0.5', 'fe80::1', '128.0.0.1', undefined]) {
      expect((await from(there)).status, there).toBe(403);
    }
  });

  it.each([
    '/',
    '/_sandbox/clock',
    '/_sandbox/requests',
    '/_sandbox/page/style.css',
    '/fake/things',
  ])('are not answered under the name of somebody else: %s', async (path) => {
    expect(await statusUnder('rebound.example', path)).toBe(403);
    expect(await statusUnder('127.0.0.1.example', path)).toBe(403);
    expect(await statusUnder('localhost:80', path)).toBe(200);
  });

  it('take no change from a page of another site', async () => {
    const clock = (headers: Record<string, string>) =>
      fetch(`${server.url}/_sandbox/clock`, {
        method: 'POST',
        headers,
        body: '{"advanceMs":1}',
      }).then(({ status }) => status);
    expect(await clock({ origin: 'https://elsewhere.example' })).toBe(403);
    expect(await clock({ origin: 'null' })).toBe(403);
    expect(await clock({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await clock({ origin: server.url })).toBe(200);
    expect(await clock({})).toBe(200);
  });

  it('let no page of another site reach a platform', async () => {
    const things = (method: string, headers: Record<string, string>) =>
      fetch(`${server.url}/fake/things`, {
        method,
        headers: { authorization: `Bearer ${FAKE_SECRET}`, ...headers },
        ...(method === 'POST' ? { body: 'access_token=published' } : {}),
      }).then(({ status }) => status);
    for (const method of ['POST', 'GET', 'DELETE']) {
      expect(await things(method, { origin: 'https://elsewhere.example' }), method).toBe(403);
      expect(await things(method, { origin: 'null' }), method).toBe(403);
      expect(await things(method, { 'sec-fetch-site': 'cross-site' }), method).toBe(403);
    }
    expect([emulator.carriedOut, server.requests()]).toEqual([[], []]);
    expect(await things('POST', {})).toBe(200);
    expect(emulator.carriedOut).toHaveLength(1);
  });

  it('can be linked to from elsewhere, which changes nothing', async () => {
    const follow = (method: string) =>
      statusUnder('localhost', '/', {
        method,
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'navigate',
      });
    expect(await follow('GET')).toBe(200);
    expect(await follow('POST')).toBe(403);
  });
});

async function ask(method: string, path: string, body?: unknown): Promise<[number, unknown]> {
  const answer = await fetch(`${server.url}/_sandbox${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return [answer.status, text === '' ? null : JSON.parse(text)];
}

/** Fetch does not let its caller choose the Host header. */
function statusUnder(
  host: string,
  path: string,
  { method = 'GET', ...headers }: Record<string, string> = {},
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const options = { method, headers: { host, ...headers }, agent: false };
    httpRequest(`${server.url}${path}`, options, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on('error', reject)
      .end();
  });
}
