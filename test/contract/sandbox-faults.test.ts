import { once } from 'node:events';
import { createConnection } from 'node:net';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { FAULT_KINDS } from '../../connectors/sandbox/fault.ts';
import type { Fault } from '../../connectors/sandbox/fault.ts';
import { serveSandbox } from '../../connectors/sandbox/server.ts';
import { emptyWorld } from '../../connectors/sandbox/world.ts';
import { atTheEnd } from '../support/at-the-end.ts';
import { sizedFake } from './sandbox-fake.ts';

const NOW = new Date('2026-11-21T00:00:00Z');

it('an answer is given in place of the emulator’s own, and nothing is carried out', async () => {
  const { post, emulator } = await sandbox({
    kind: 'answer',
    status: 503,
    body: 'down',
    headers: { 'retry-after': '7' },
  });
  const answer = await post();
  expect([answer.status, await answer.text()]).toEqual([503, 'down']);
  expect(answer.headers.get('retry-after')).toBe('7');
  expect(answer.headers.get('x-used')).toBeNull();
  expect(emulator.carriedOut).toEqual([]);
  expect((await post()).status).toBe(200);
});

it('a mishap is told in the emulator’s own words at the sandbox’s time', async () => {
  const { post, emulator } = await sandbox({ kind: 'says', mishap: 'throttled' });
  const answer = await post();
  expect(answer.status).toBe(429);
  expect(answer.headers.get('x-mishap')).toBe('throttled');
  expect(await answer.json()).toEqual({ said: 'throttled', at: NOW.toISOString() });
  expect(emulator.carriedOut).toEqual([]);
});

it('a lost answer leaves the request carried out', async () => {
  const { post, emulator, server } = await sandbox({ kind: 'lose-answer' });
  await expect(post('a')).rejects.toThrow('fetch failed');
  expect(emulator.carriedOut).toEqual(['a']);
  expect(server.requests()[0]).toMatchObject({ status: null, fault: 'lose-answer', bytesIn: 1 });
});

it('a reset connection leaves the request not carried out', async () => {
  const { post, emulator } = await sandbox({ kind: 'reset' });
  const error: unknown = await post().catch((caught: unknown) => caught);
  expect(error).toMatchObject({ cause: { code: 'ECONNRESET' } });
  expect(emulator.carriedOut).toEqual([]);
});

it.each([true, false])('a hanging request never ends; carried out: %s', async (carriedOut) => {
  const { post, emulator, server } = await sandbox({ kind: 'hang', carriedOut });
  await expect(post('a', AbortSignal.timeout(400))).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(emulator.carriedOut).toEqual(carriedOut ? ['a'] : []);
  await expect
    .poll(() => server.requests()[0])
    .toMatchObject({ status: null, ms: expect.any(Number) });
});

it('a hanging request is carried out unless said otherwise', async () => {
  const { post, emulator } = await sandbox({ kind: 'hang' });
  await expect(post('a', AbortSignal.timeout(400))).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(emulator.carriedOut).toEqual(['a']);
});

it.each([
  [{ carriedOut: true, status: 200 }, 200, ['a']],
  [{}, 502, []],
] as const)('a page comes instead of JSON: %o', async (given, status, carriedOut) => {
  const { post, emulator } = await sandbox({ kind: 'html', ...given });
  const answer = await post('a');
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toContain('text/html');
  // What stands in between knows nothing of the platform's own headers.
  expect(answer.headers.get('x-used')).toBeNull();
  expect(await answer.text()).toMatch(/^<!DOCTYPE html>/);
  expect(emulator.carriedOut).toEqual(carriedOut);
});

it.each(['/things', '/nothing'])(
  'garbled is 200 with JSON that breaks off, whatever %s answers',
  async (path) => {
    const { emulator, server, url } = await sandbox({ kind: 'garbled' });
    const answer = await fetch(`${url}${path}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('application/json');
    const text = await answer.text();
    expect(text).not.toBe('');
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    server.inject({ kind: 'garbled', platform: emulator.platform });
    await fetch(`${url}/things`, { method: 'POST', body: 'a' });
    expect(emulator.carriedOut).toEqual(['a']);
  },
);

it('a dripping answer never leaves the line idle and only a deadline ends it', async () => {
  const { post, emulator } = await sandbox({ kind: 'drip', gapMs: 100 });
  const arrivals: number[] = [];
  const answer = await post('a', AbortSignal.timeout(1000));
  expect(answer.status).toBe(200);
  const reading = (async () => {
    for await (const chunk of answer.body ?? []) arrivals.push(chunk.length);
  })();
  await expect(reading).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(emulator.carriedOut).toEqual(['a']);
  expect(arrivals.length).toBeGreaterThan(2);
  expect(Math.max(...arrivals)).toBeLessThan(5);
});

it('whoever waits for a dripping answer gets all of it', async () => {
  const { post, server } = await sandbox({ kind: 'drip', gapMs: 1 });
  expect(await (await post('a')).json()).toEqual({ accepted: true, things: 1 });
  expect(server.requests()[0]).toMatchObject({
    status: 200,
    fault: 'drip',
    bytesOut: '{"accepted":true,"things":1}'.length,
  });
});

it('a fault strikes only the platform, path and method that it is for, as often as it says', async () => {
  const { server, url, post } = await sandbox({
    kind: 'answer',
    status: 500,
    path: '/things',
    method: 'post',
    times: 2,
  });
  expect((await fetch(`${url}/things`)).status).toBe(200);
  expect((await fetch(`${url}/nothing`)).status).toBe(204);
  expect((await post()).status).toBe(500);
  expect(server.faults()).toMatchObject([{ kind: 'answer', times: 1, struck: 1 }]);
  expect((await post()).status).toBe(500);
  expect(server.faults()).toEqual([]);
  expect((await post()).status).toBe(200);
});

it('calm takes back what waits', async () => {
  const { server, post } = await sandbox({ kind: 'answer', status: 500, rate: 1 });
  expect((await post()).status).toBe(500);
  server.calm();
  expect((await post()).status).toBe(200);
});

it('a share of requests is struck, the same ones under the same seed and others under another', async () => {
  const pattern = async (seed: string) => {
    const { post } = await sandbox({ kind: 'answer', status: 500, rate: 0.2, seed });
    const statuses: number[] = [];
    for (let n = 0; n < 400; n += 1) statuses.push((await post()).status);
    return statuses;
  };
  const [first, again, other] = [await pattern('a'), await pattern('a'), await pattern('b')];
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
  // 80 expected; the bounds are 4 standard deviations away.
  for (const statuses of [first, other]) {
    const struck = statuses.filter((status) => status === 500).length;
    expect(struck).toBeGreaterThan(48);
    expect(struck).toBeLessThan(112);
  }
});

it('a share of requests is let off for the faults behind it to strike', async () => {
  const { server, post } = await sandbox({ kind: 'answer', status: 500, rate: 0.5, seed: 1 });
  server.inject({ kind: 'answer', platform: 'fake', status: 418, times: 1000 });
  const statuses = new Set<number>();
  for (let n = 0; n < 40; n += 1) statuses.add((await post()).status);
  expect(statuses).toEqual(new Set([418, 500]));
});

it.each([
  [{ kind: 'answer', platform: 'other', status: 500 }],
  [{ kind: 'answer', platform: 'fake', status: 500, times: 1, rate: 0.5 }],
  [{ kind: 'lose-answer', platform: 'fake', rate: 0 }],
  [{ kind: 'lose-answer', platform: 'fake', rate: 1.1 }],
  [{ kind: 'lose-answer', platform: 'fake', seed: 'a' }],
  [{ kind: 'lose-answer', platform: 'fake', times: 0 }],
] as const)('a fault that cannot be is refused: %o', async (fault: Fault) => {
  const { server } = await sandbox();
  expect(() => server.inject(fault)).toThrow(z.ZodError);
  expect(server.faults()).toEqual([]);
});

it('closing leaves no socket and no request behind, whatever is under way', async () => {
  const { server, url, emulator } = await sandbox();
  const ends = FAULT_KINDS.filter((kind) => ['hang', 'drip'].includes(kind)).map(async (kind) => {
    server.inject({ kind: kind === 'hang' ? 'hang' : 'drip', platform: 'fake', path: `/${kind}` });
    const answer = await fetch(`${url}/things/${kind}`, { method: 'POST', body: kind });
    return answer.text();
  });
  const settled = Promise.allSettled(ends);
  const idle = createConnection(Number(new URL(url).port), '127.0.0.1');
  idle.on('error', () => {});
  await once(idle, 'connect');
  await expect.poll(() => emulator.carriedOut.length).toBe(2);
  const gone = once(idle, 'close');
  await server.close();
  await gone;
  expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(server.requests().filter(({ ms }) => ms === null)).toEqual([]);
  await expect(fetch(url)).rejects.toThrow('fetch failed');
});

type Aimless<F> = F extends Fault ? Omit<F, 'platform'> : never;

async function sandbox(fault?: Aimless<Fault>) {
  const emulator = sizedFake();
  const server = await serveSandbox({ world: emptyWorld(NOW), emulators: [emulator] });
  let isOpen = true;
  atTheEnd(async () => {
    if (isOpen) await server.close();
  });
  if (fault !== undefined) server.inject({ ...fault, platform: 'fake' });
  const url = `${server.url}/fake`;
  const post = (body = 'row', signal?: AbortSignal) =>
    fetch(`${url}/things`, { method: 'POST', body, ...(signal === undefined ? {} : { signal }) });
  const close = async (): Promise<void> => {
    isOpen = false;
    await server.close();
  };
  return { emulator, server: { ...server, close }, url, post };
}
