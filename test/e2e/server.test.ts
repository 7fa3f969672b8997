/** The HTTP door itself: health, readiness, whom it answers, and what it says of errors. */
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openDb } from '../../src/infra/db.ts';
import { createLog } from '../../src/infra/log.ts';
import { createApp } from '../../src/server/app.ts';
import { isLoopback } from '../../src/infra/loopback.ts';
import { listen } from '../../src/server/listen.ts';
import { atTheEnd } from '../support/at-the-end.ts';
import { configurationContext } from '../support/configuration-context.ts';
import { testDatabase } from '../support/database.ts';
import { served } from '../support/served.ts';
import { NOW } from '../support/stage.ts';

async function opened(loopback = true) {
  const db = await testDatabase();
  atTheEnd(() => db.close());
  let text = '';
  const log = createLog('debug', { write: (line) => void (text += line) });
  const context = { ...configurationContext(db, NOW), log };
  const { url } = await served(createApp({ context, loopback }));
  return { context, url, written: () => text };
}

/** The status of an answer to a request that names another host; fetch does not allow to. */
function statusFor(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).once('error', reject);
  });
}

describe('the HTTP server', () => {
  it('is healthy while it answers, and ready while its database is up to date', async () => {
    const { context, url } = await opened();
    const health = await fetch(`${url}/healthz`);
    expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }]);
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
    await context.db.pool.query(
      `DELETE FROM _prisma_migrations WHERE migration_name LIKE '%\\_metrics'`,
    );
    const behind = await fetch(`${url}/readyz`);
    expect(behind.status).toBe(503);
    expect(await behind.json()).toMatchObject({
      status: 'database-not-migrated',
      message: expect.stringContaining('db migrate'),
    });
  });

  it.each(['signal', 'stopping'])('is not ready once its process is to end (%s)', async (by) => {
    const db = await testDatabase();
    atTheEnd(() => db.close());
    const context = configurationContext(db, NOW);
    const surroundings = { ...context.surroundings, [by]: AbortSignal.abort() };
    const { url } = await served(
      createApp({ context: { ...context, surroundings }, loopback: true }),
    );
    const answer = await fetch(`${url}/readyz`);
    expect([answer.status, await answer.json()]).toMatchObject([503, { status: 'stopping' }]);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it('answers by names of this machine alone where it is open to it alone', async () => {
    const { url } = await opened();
    for (const host of ['127.0.0.1', 'localhost:4000', '[::1]:4000']) {
      expect(await statusFor(`${url}/healthz`, host), host).toBe(200);
    }
    for (const host of ['rebound.example', '127.0.0.1.example', 'localhost.example:4000']) {
      expect(await statusFor(`${url}/healthz`, host), host).toBe(403);
    }
    const wide = await opened(false);
    expect(await statusFor(`${wide.url}/healthz`, 'rekindle.internal')).toBe(200);
  });

  it('allows no page of another site to read its answers', async () => {
    const { url } = await opened();
    const answer = await fetch(`${url}/metrics`, { headers: { origin: 'https://other.example' } });
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual(
      [],
    );
  });

  it('says in JSON that there is nothing at a path', async () => {
    const { url } = await opened();
    const answer = await fetch(`${url}/api/nothing`);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({
      error: { code: 'not-found', message: 'There is nothing at /api/nothing.' },
    });
  });

  it('tells the log, and not whoever asked, what nobody foresaw', async () => {
    const { context } = await opened();
    let text = '';
    const log = createLog('error', { write: (line) => void (text += line) });
    const db = { ...context.db, pool: { query: () => Promise.reject(new Error('inner words')) } };
    const broken = { ...context, log, db } as unknown as typeof context;
    const { url } = await served(createApp({ context: broken, loopback: true }));
    const answer = await fetch(`${url}/api/runs/1/progress`);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('inner words');
    expect(text).toContain('inner words');
  });

  it('says which port is taken, and what to do', async () => {
    const { context } = await opened();
    const other = createServer().listen(0, '127.0.0.1');
    atTheEnd(async () => void other.close());
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const second = listen(() => createApp({ context, loopback: true }), {
      host: '127.0.0.1',
      port,
    });
    await expect(second).rejects.toMatchObject({
      code: 'server.address',
      message: expect.stringMatching(new RegExp(`port ${port}: another program.*--port`, 'u')),
    });
  });

  it('knows which addresses are of this machine alone', () => {
    const own = ['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1', '0:0:0:0:0:0:0:1'];
    expect(own.filter(isLoopback)).toEqual(own);
    const others = ['0.0.0.0', '::', '10.0.0.1', '::ffff:10.0.0.1', 'localhost', 'host.example'];
    expect(others.filter(isLoopback)).toEqual([]);
  });

  it.each(['127.1', '::ffff:127.0.0.1', '0:0:0:0:0:0:0:1', 'LOCALHOST', '0.0.0.0'])(
    'sees by the address that it got whether it is open to this machine alone: %s',
    async (host) => {
      const { context } = await opened();
      const server = await listen((open) => createApp({ context, ...open }), { host, port: 0 });
      atTheEnd(() => server.close());
      const isOpen = host === '0.0.0.0';
      expect(server.loopback).toBe(!isOpen);
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
      const foreign = await statusFor(`${server.url}/healthz`, 'rebound.example');
      expect(foreign).toBe(isOpen ? 200 : 403);
    },
  );
});

it('a server without its database says so and goes on', async () => {
  const db = openDb('postgres://nobody@127.0.0.1:1/nowhere');
  atTheEnd(() => db.close());
  const { url } = await served(
    createApp({ context: configurationContext(db, NOW), loopback: true }),
  );
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});
