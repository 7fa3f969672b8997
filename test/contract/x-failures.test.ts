import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { inspect } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Audience, ConnectorContext } from '../../connectors/connector.ts';
import { x } from '../../connectors/x/index.ts';
import {
  batchOf,
  digestsOf,
  failure,
  nobodyListens,
  people,
  START,
  useStage,
  wanted,
} from './x-stage.ts';

const stage = useStage();

/** A platform that takes connections and answers only with what `speak` writes. */
async function strangeServer(speak: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('data', () => speak(socket));
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  return {
    endpoints: { ads: `http://127.0.0.1:${port}` },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

describe('failures', () => {
  const ours = people(1);
  let audience: Audience;
  beforeEach(async () => {
    audience = await x.ensureAudience(stage.context, wanted);
  });
  const push = (changes: Partial<ConnectorContext> = {}) =>
    failure(x.push({ ...stage.context, ...changes }, batchOf(audience, 'add', ours)));
  const answer = (status: number, body: string, headers: Record<string, string> = {}) =>
    stage.server.inject({ kind: 'answer', platform: 'x', path: '/users', status, body, headers });
  const json = { 'content-type': 'application/json' };

  it('waits for the account when X gives times for account and user', async () => {
    const inSeconds = (seconds: number) => String(START.getTime() / 1000 + seconds);
    const user = { ...json, date: START.toUTCString(), 'x-rate-limit-reset': inSeconds(60) };
    const body = '{"errors":[{"code":"TOO_MANY_REQUESTS","message":"Slow down"}]}';
    answer(429, body, user);
    expect(await push()).toMatchObject({ kind: 'throttled', retryAfterMs: 60_000 });
    answer(429, body, { ...user, 'x-account-rate-limit-reset': inSeconds(900) });
    expect(await push()).toMatchObject({ kind: 'throttled', retryAfterMs: 900_000 });
    answer(429, '<html>slow</html>');
    expect(await push()).toMatchObject({ kind: 'throttled', retryAfterMs: undefined });
  });

  it('calls answers that are no JSON transient', async () => {
    for (const status of [200, 302, 404, 500, 503]) {
      answer(status, '<html>secret page</html>', { 'content-type': 'text/html' });
      const failed = await push();
      expect(failed.kind, `status ${status}`).toBe('transient');
      expect(failed.message).not.toContain('secret page');
    }
    for (const body of ['{"data":', '', 'null', '{"errors":[null]}', '[]']) {
      answer(200, body, json);
      expect((await push()).kind, `body ${body}`).toBe('transient');
    }
    answer(500, '{"errors":[null]}', json);
    expect((await push()).kind).toBe('transient');
  });

  it('says auth for each wrong credential', async () => {
    for (const name of Object.keys(stage.emulator.credentials)) {
      const credentials = { ...stage.emulator.credentials, [name]: 'wrong-one' };
      const refused = await push({ credentials });
      expect(refused, name).toMatchObject({
        kind: 'auth',
        code: 'UNAUTHORIZED_ACCESS',
        status: 401,
      });
    }
  });

  it('says permission for an account of somebody else', async () => {
    const refused = await push({ account: '18ce00000zz' });
    expect(refused).toMatchObject({ kind: 'permission', code: 'ACCOUNT_NOT_FOUND', status: 403 });
  });

  it('gives up at the deadline on a platform that is silent, or drips', async () => {
    const closed = Promise.withResolvers<string>();
    await using silent = await strangeServer((socket) => {
      socket.on('close', () => closed.resolve('closed by us'));
    });
    expect(await push({ endpoints: silent.endpoints, deadlineMs: 60 })).toMatchObject({
      kind: 'transient',
      code: 'TIMEOUT',
    });
    await expect(closed.promise).resolves.toBe('closed by us');
    await using dripping = await strangeServer((socket) => {
      socket.write(
        'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n{',
      );
      const drip = setInterval(() => socket.write(' '), 10);
      socket.on('close', () => clearInterval(drip));
    });
    expect(await push({ endpoints: dripping.endpoints, deadlineMs: 60 })).toMatchObject({
      kind: 'transient',
      code: 'TIMEOUT',
    });
  });

  it('ends a request in flight when the run is cancelled', async () => {
    const run = new AbortController();
    await using silent = await strangeServer(() => run.abort());
    const changes = { endpoints: silent.endpoints, signal: run.signal };
    expect(await push(changes)).toMatchObject({ kind: 'transient', code: 'CANCELLED' });
    expect(await push(changes)).toMatchObject({ code: 'CANCELLED' });
  });

  it('calls a cut or refused connection transient and names what happened', async () => {
    await using cutting = await strangeServer((socket) => socket.resetAndDestroy());
    expect(await push({ endpoints: cutting.endpoints })).toMatchObject({
      kind: 'transient',
      code: 'ECONNRESET',
    });
    await using half = await strangeServer((socket) => {
      socket.end(
        'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{"da',
      );
    });
    expect(await push({ endpoints: half.endpoints })).toMatchObject({ kind: 'transient' });
    expect(await push({ endpoints: { ads: await nobodyListens() } })).toMatchObject({
      kind: 'transient',
      code: 'ECONNREFUSED',
    });
  });

  it('calls an address that is none invalid', async () => {
    expect(await push({ endpoints: { ads: 'http://[' } })).toMatchObject({ kind: 'invalid' });
  });

  it('never carries a secret, a digest or an address with a query', async () => {
    const [key] = ours[0]?.email ?? [];
    const { apiSecret, accessToken } = stage.emulator.credentials;
    const message = `${key} ${apiSecret} ${accessToken} a@example.com +819012345678 https://x.example/?q=secret-query`;
    const value = { value: key, details: message };
    answer(
      400,
      JSON.stringify({ errors: [{ code: 'INVALID_PARAMETER', message, ...value }] }),
      json,
    );
    const failures = [await push()];
    const operations = {
      operation_errors: [[], [{ code: 'INVALID_PARAMETER', message, ...value }]],
    };
    answer(400, JSON.stringify(operations), json);
    failures.push(await push(), await push({ account: 'nobody' }));
    failures.push(
      await push({ credentials: { ...stage.emulator.credentials, apiKey: 'wrong-one' } }),
    );
    failures.push(await push({ endpoints: { ads: await nobodyListens() } }));
    await using silent = await strangeServer(() => undefined);
    failures.push(await push({ endpoints: silent.endpoints, deadlineMs: 50 }));

    expect(failures[1]?.message).toContain('in an operation');
    const secrets = [...Object.values(stage.emulator.credentials), 'wrong-one', ...digestsOf(ours)];
    const forbidden = [...secrets, '@example.com', '819012345678', 'secret-query', 'oauth_'];
    for (const failed of failures) {
      const shown = `${JSON.stringify(failed)} ${inspect(failed, { depth: Infinity, showHidden: true })}`;
      for (const secret of forbidden) expect(shown).not.toContain(secret);
    }
  });
});
