import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ConnectorFailure } from '../../connectors/connector.ts';
import { meta } from '../../connectors/meta/index.ts';
import {
  HOUR,
  batchFor,
  contextFor,
  everyKind,
  failureOf,
  people,
  start,
  wanted,
} from '../support/meta-destination.ts';

describe('reaching Meta', () => {
  it('goes past a proxy of the environment to a sandbox on this machine', async () => {
    const { context } = await start();
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.stubEnv('http_proxy', 'http://127.0.0.1:1');
    vi.stubEnv('no_proxy', '');
    expect(await meta.ensureAudience(context, wanted)).toMatchObject({ name: wanted.name });
  });
});

describe('failures of Meta', () => {
  it('say how long to wait when the call budget is spent', async () => {
    const { context } = await start({ callsPerHour: 3 });
    const batch = await batchFor(context, 'add', people(1));
    await meta.push(context, batch);
    const failure = await failureOf(meta.push(context, batch));
    expect(failure).toMatchObject({ kind: 'throttled', code: '80003/2446079' });
    expect(failure.retryAfterMs).toBe(HOUR);
    expect(failure.healsItself).toBe(true);
  });

  it.each([
    ['an HTML page', { status: 502, body: '<html>Bad Gateway</html>' }],
    ['an empty body', { status: 431, body: '' }],
    ['HTML with status 200', { status: 200, body: '<html>Sign in</html>' }],
    ['JSON of another shape', { status: 200, body: '{"ok":true}' }],
    ['JSON that is no error of Meta', { status: 503, body: '{"error":"down"}' }],
    ['null', { status: 500, body: 'null' }],
    ['a redirect', { status: 302, body: '', headers: { location: 'http://127.0.0.1:1/' } }],
  ])('are transient for %s', async (_, answer) => {
    const { context, sandbox } = await start();
    const batch = await batchFor(context, 'add', people(1));
    sandbox.inject({
      kind: 'answer',
      platform: 'meta',
      path: '/users',
      headers: { 'content-type': 'application/json' },
      ...answer,
    });
    expect((await failureOf(meta.push(context, batch))).kind).toBe('transient');
    expect(await meta.push(context, batch)).toMatchObject({ accepted: 1 });
  });

  it.each(['<html>Too many</html>', ''])(
    'are throttled for a 429 without JSON (%j)',
    async (body) => {
      const { context, sandbox } = await start();
      const batch = await batchFor(context, 'add', people(1));
      sandbox.inject({
        kind: 'answer',
        platform: 'meta',
        path: '/users',
        status: 429,
        headers: { 'content-type': 'text/html', 'retry-after': '7' },
        body,
      });
      expect(await failureOf(meta.push(context, batch))).toMatchObject({
        kind: 'throttled',
        code: 'http-429',
        status: 429,
        retryAfterMs: 7000,
      });
      expect(await meta.push(context, batch)).toMatchObject({ accepted: 1 });
    },
  );

  it('let through again after the time they say, where the score of the ad account was used up', async () => {
    const { context, world } = await start({ tier: 'limited' });
    const batch = await batchFor(context, 'add', people(1));
    let pushed = 0;
    const failure = await failureOf(
      (async () => {
        for (; pushed < 30; pushed += 1) await meta.push(context, batch);
      })(),
    );
    // Two calls made the audience, for 1 and 3 points of 60.
    expect(pushed).toBe(18);
    expect(failure).toMatchObject({ kind: 'throttled', code: '613/1487742' });
    expect(failure.retryAfterMs).toBe(300_000);
    world.clock.advance(300_000 - 1);
    expect((await failureOf(meta.push(context, batch))).kind).toBe('throttled');
    world.clock.advance(300_000);
    expect(await meta.push(context, batch)).toMatchObject({ accepted: 1 });
  });

  it('stop everything for an API version that Meta has switched off', async () => {
    const { context, sandbox } = await start();
    const batch = await batchFor(context, 'add', people(1));
    sandbox.inject({
      kind: 'answer',
      platform: 'meta',
      path: '/users',
      status: 400,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ error: { message: '(#2635)', code: 2635 } }),
    });
    const failure = await failureOf(meta.push(context, batch));
    expect(['invalid', 'transient', 'throttled']).not.toContain(failure.kind);
    expect(failure.nextStep).toContain('Update Rekindle');
  });

  it('come within the deadline, and end the request, when Meta never answers', async () => {
    const silent = createServer();
    let asked = 0;
    silent.on('request', () => (asked += 1));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const graph = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const context = contextFor({ graph }, { deadlineMs: 60 });
    const failure = await failureOf(meta.readMatch(context, { remoteId: '1', name: 'A' }));
    expect(failure).toMatchObject({ kind: 'transient', code: 'timeout' });

    const run = new AbortController();
    const cancelled = contextFor({ graph }, { signal: run.signal });
    silent.once('request', () => run.abort());
    expect(await failureOf(meta.ensureAudience(cancelled, wanted))).toMatchObject({
      kind: 'transient',
      code: 'cancelled',
    });
    // Closing waits for every request, so this hangs if one was abandoned and not ended.
    await new Promise((resolve) => silent.close(resolve));
    expect(asked).toBe(2);
  });

  it('are transient when nobody listens', async () => {
    const context = contextFor({ graph: 'http://127.0.0.1:1' }, {});
    expect(await failureOf(meta.ensureAudience(context, wanted))).toMatchObject({
      kind: 'transient',
      code: 'no-answer',
    });
  });

  it('never carry the token, a key or an address with a query', async () => {
    const { context, sandbox, emulator } = await start();
    const token = emulator.credentials['accessToken'] ?? '';
    const batch = await batchFor(context, 'add', [everyKind('ann'), ...people(1)]);
    const [secret = ''] = batch.members[0]?.email ?? [];
    const [madid = ''] = batch.members[0]?.mobileId ?? [];
    const echo = `Bad ${secret} or ${madid} or "customer ann" at ${sandbox.url}/meta/x?access_token=${token} for a@example.com`;
    const error = { message: echo, code: 100, error_user_msg: echo, fbtrace_id: token };
    const bodies = [JSON.stringify({ error }), echo, JSON.stringify({ error: { message: echo } })];
    const failures: ConnectorFailure[] = [];
    for (const body of bodies) {
      const headers = { 'content-type': 'application/json' };
      sandbox.inject({ kind: 'answer', platform: 'meta', status: 400, body, headers });
      failures.push(await failureOf(meta.push(context, batch)));
    }
    sandbox.inject({ kind: 'lose-answer', platform: 'meta', path: '/users' });
    failures.push(await failureOf(meta.push(context, batch)));
    for (const failure of failures) {
      const seen =
        JSON.stringify(failure) + inspect(failure, { depth: Infinity, showHidden: true });
      expect(seen).not.toContain(token);
      expect(seen).not.toContain(secret);
      expect(seen).not.toContain(madid);
      expect(seen).not.toContain('customer ann');
      expect(seen).not.toMatch(/\?access_token|@example/);
      expect(failure.nextStep).not.toBe('');
    }
  });
});
