import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { postJson } from '../../src/infra/webhook.ts';
import { atTheEnd } from '../support/at-the-end.ts';
import { WEBHOOK_SECRET, webhookServer } from '../support/webhook-server.ts';

const DEADLINE = { deadlineMs: 10_000 };

it('is taken by a receiver that answers 200', async () => {
  const server = await webhookServer();
  expect(await postJson(server.url, { text: '同期' }, DEADLINE)).toEqual({ ok: true });
  expect(server.taken).toEqual([{ text: '同期' }]);
});

it('says what the receiver answered, and how long it asks to be left alone', async () => {
  const server = await webhookServer();
  server.next.push(
    { status: 429, body: 'rate_limited', headers: { 'retry-after': '30' } },
    { status: 500, body: '<html>token=abc</html>' },
    { status: 410, body: 'channel_is_archived' },
  );
  const answers = [
    await postJson(server.url, { text: 'x' }, DEADLINE),
    await postJson(server.url, { text: 'x' }, DEADLINE),
    await postJson(server.url, { text: 'x' }, DEADLINE),
  ];
  expect(answers).toEqual([
    {
      ok: false,
      status: 429,
      retryAfterMs: 30_000,
      problem: 'The webhook answered 429 (rate_limited): it gets too many messages for now.',
    },
    { ok: false, status: 500, problem: 'The webhook answered 500.' },
    {
      ok: false,
      status: 410,
      problem:
        'The webhook answered 410 (channel_is_archived): it is no more, or lets nobody in. Make a new one and set REKINDLE_ALERT_WEBHOOK.',
    },
  ]);
});

it('does not wait for ever, nor follow to another address', async () => {
  const server = await webhookServer();
  server.next.push('silence', { status: 302, headers: { location: 'http://127.0.0.1:9/' } });
  expect(await postJson(server.url, { text: 'x' }, { deadlineMs: 200 })).toEqual({
    ok: false,
    problem: 'The webhook did not answer within 0.2 s.',
  });
  expect(await postJson(server.url, { text: 'x' }, DEADLINE)).toMatchObject({
    ok: false,
    status: 302,
  });
});

it('reads the beginning of an answer that does not end', async () => {
  const chunk = Buffer.alloc(16 * 1024, 'a');
  let sent = 0;
  const server = createServer((_, answer) => {
    answer.writeHead(200);
    const pour = (): void => {
      while (!answer.destroyed && answer.write(chunk)) sent += chunk.length;
      if (!answer.destroyed) answer.once('drain', pour);
    };
    pour();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  atTheEnd(async () => {
    server.close().closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const answer = await postJson(`http://127.0.0.1:${port}/`, { text: 'x' }, DEADLINE);
  expect(answer).toEqual({ ok: true });
  expect(sent).toBeLessThan(16 * 1024 * 1024);
});

it('never names the address, which is a secret', async () => {
  const { url } = await webhookServer();
  const gone = url.replace(/:\d+\//u, ':65534/');
  const answer = await postJson(gone, { text: 'x' }, DEADLINE);
  expect(answer).toEqual({
    ok: false,
    problem: 'The webhook could not be reached (ECONNREFUSED).',
  });
  expect(JSON.stringify(answer)).not.toContain(WEBHOOK_SECRET);
});
