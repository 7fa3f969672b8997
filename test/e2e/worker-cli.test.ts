/** Workers and what people tell them, from the command line. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { atTheEnd } from '../support/at-the-end.ts';
import { crowd } from '../support/engine.ts';
import { bring, digestSet } from '../support/people.ts';
import { everyoneTo, stage } from '../support/stage.ts';
import { UPLOADS } from '../support/platform-answers.ts';
import { spawnWorker } from '../support/worker-process.ts';

/** Polling on a busy machine. */
const SOON = { timeout: 60_000, interval: 100 };

/** More requests than X gets at a time. */
const PEOPLE = crowd(12_000);

async function setUp() {
  const on = await stage(new Date());
  const cwd = await mkdtemp(join(tmpdir(), 'rekindle-worker-'));
  atTheEnd(() => rm(cwd, { recursive: true, force: true }));
  await on.apply(everyoneTo('x'));
  await bring(on.context, PEOPLE);
  const env = { DATABASE_URL: on.url, ...on.context.surroundings.endpoints, ...on.secrets };
  const cli = (...words: string[]) => runCli(words, { cwd, env });
  const worker = () => {
    const process = spawnWorker(on, { cwd });
    atTheEnd(async () => void process.child.kill('SIGKILL'));
    return process;
  };
  const runs = () =>
    on.db.prisma.run.findMany({
      orderBy: { id: 'asc' },
      select: { state: true, trigger: true, problem: true },
    });
  return { on, cli, worker, runs };
}

it(
  'a worker runs what is queued, and ends in good order when it is told to',
  { timeout: 120_000 },
  async () => {
    const { on, cli, worker, runs } = await setUp();
    const queued = await cli('run', 'everyone-x', '--queue');
    expect(queued).toMatchObject({ code: 0, stdout: expect.stringContaining('The next worker') });
    const again = await cli('run', 'everyone-x', '--queue', '--json');
    expect(JSON.parse(again.stdout)).toEqual({ sync: 'everyone-x', joined: true });
    const first = worker();
    await expect
      .poll(async () => (await runs()).map(({ state }) => state), SOON)
      .toEqual(['succeeded']);
    expect(on.members('x')).toEqual(digestSet(PEOPLE, 'x'));
    expect(await first.end('SIGTERM')).toBe(0);
  },
);

it(
  'SIGTERM finishes the batch in flight and hands the rest over',
  { timeout: 120_000 },
  async () => {
    const { on, cli, worker, runs } = await setUp();
    on.server.inject({ kind: 'drip', platform: 'x', path: UPLOADS.x, gapMs: 3, times: 3 });
    await cli('run', 'everyone-x', '--queue');
    const first = worker();
    const sending = () => on.db.prisma.batch.count({ where: { state: 'sending' } });
    await expect.poll(sending, SOON).toBeGreaterThan(0);
    expect(await first.end('SIGTERM')).toBe(0);
    expect(await on.db.prisma.batch.count({ where: { state: { in: ['sending', 'lost'] } } })).toBe(
      0,
    );
    expect(await runs()).toMatchObject([{ state: 'incomplete', problem: { code: 'hand-over' } }]);
    const second = worker();
    await expect.poll(async () => (await runs()).at(-1)?.state, SOON).toBe('succeeded');
    expect(await runs()).toMatchObject([{}, { trigger: 'follow-up' }]);
    expect(on.members('x')).toEqual(digestSet(PEOPLE, 'x'));
    expect(await second.end('SIGTERM')).toBe(0);
  },
);

it(
  'the run of a killed worker is gone on with within half a minute',
  { timeout: 120_000 },
  async () => {
    const { on, cli, worker, runs } = await setUp();
    on.server.inject({ kind: 'hang', platform: 'x', path: UPLOADS.x, times: 1 });
    const [first, second] = [worker(), worker()];
    const ready = () => [first, second].every((one) => one.log().includes('takes jobs'));
    await expect.poll(ready, SOON).toBe(true);
    await cli('run', 'everyone-x', '--queue');
    const sending = () => on.db.prisma.batch.count({ where: { state: 'sending' } });
    await expect.poll(sending, SOON).toBeGreaterThan(0);
    // The request that hangs is the dying worker's.
    await expect.poll(() => on.server.faults(), SOON).toEqual([]);
    const { holder } = await on.db.prisma.lease.findFirstOrThrow({
      where: { key: { startsWith: 'sync:' } },
      select: { holder: true },
    });
    const victim = [first, second].find(({ child }) => holder.endsWith(`:${child.pid}`));
    const killedAt = Date.now();
    await victim?.end('SIGKILL');
    await expect.poll(async () => (await runs()).length, SOON).toBe(2);
    expect(Date.now() - killedAt).toBeLessThan(30_000);
    await expect.poll(async () => (await runs()).at(-1)?.state, SOON).toBe('succeeded');
    expect(await runs()).toMatchObject([{ state: 'incomplete', problem: { code: 'cut-off' } }, {}]);
    expect(on.members('x')).toEqual(digestSet(PEOPLE, 'x'));
  },
);

it(
  'a sync is paused and resumed, and a run cancelled, by name and number',
  { timeout: 120_000 },
  async () => {
    const { cli } = await setUp();
    expect((await cli('pause', 'everyone-x')).stdout).toContain('is paused');
    expect((await cli('pause', 'everyone-x')).stdout).toContain('was paused already');
    expect((await cli('resume', 'everyone-x')).stdout).toContain('goes on by its schedule');
    expect((await cli('resume', 'everyone-x')).stdout).toContain('was not paused');
    const nobody = await cli('pause', 'nobody', '--json');
    expect(nobody.code).toBe(1);
    expect(JSON.parse(nobody.stdout)).toMatchObject({ error: { code: 'not-found' } });
    expect(await cli('runs', 'cancel', '99')).toMatchObject({ code: 1 });
    const refreshed = await cli('segment', 'refresh', 'everyone', '--json');
    expect(JSON.parse(refreshed.stdout)).toEqual({
      segment: 'everyone',
      customers: 12_000,
      before: null,
      queued: [],
    });
  },
);

it('start serves and works in one process', { timeout: 120_000 }, async () => {
  const { on, cli, runs } = await setUp();
  await cli('run', 'everyone-x', '--queue');
  const { spawn } = await import('node:child_process');
  const { CLI } = await import('../support/cli.ts');
  const child = spawn(process.execPath, [CLI, 'start', '--port', '0'], {
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: on.url,
      ...on.context.surroundings.endpoints,
      ...on.secrets,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  atTheEnd(async () => void child.kill('SIGKILL'));
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  const address = () => /Serving on (\S+)\.\s/u.exec(said)?.[1];
  await expect.poll(address, SOON).toBeDefined();
  await expect
    .poll(async () => (await runs()).map(({ state }) => state), SOON)
    .toEqual(['succeeded']);
  const metrics = await (await fetch(`${address()}/metrics`)).text();
  expect(metrics).toMatch(/rekindle_runs_total\{[^}]*state="succeeded"[^}]*\} 1/u);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  expect((await ended)[0]).toBe(0);
});
