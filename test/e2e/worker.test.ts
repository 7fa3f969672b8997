/** Workers take what the clock, people and other runs put into the queue. */
import { describe, expect, it } from 'vitest';
import { isQueued } from '../../jobs/queue.ts';
import { inTransaction } from '../../src/infra/db.ts';
import { cancelRun } from '../../src/services/cancel-run.ts';
import { pauseSync, resumeSync } from '../../src/services/pause-sync.ts';
import { refreshSegment } from '../../src/services/refresh-segment.ts';
import { requestRun } from '../../src/services/request-run.ts';
import { fireSchedules } from '../../src/services/schedule/fire-schedules.ts';
import { digestSet } from '../support/people.ts';
import { DAY, crowd, engine } from '../support/engine.ts';
import type { Engine } from '../support/engine.ts';
import { runSync } from '../../src/services/run-sync.ts';
import { startWorker } from '../support/working.ts';

/** Polling on a busy machine. */
const SOON = { timeout: 60_000, interval: 100 };

/** A look at the clock, by which nothing is held back for the sake of others. */
const look = (on: Engine) => fireSchedules(on.context, { now: on.clock.now(), spreadSeconds: 0 });

const runsOf = (on: Engine) =>
  on.db.prisma.run.findMany({
    orderBy: { id: 'asc' },
    select: { id: true, state: true, trigger: true, problem: true },
  });

const ended = async (on: Engine, count: number) => {
  await expect
    .poll(async () => (await runsOf(on)).filter(({ state }) => state !== 'delivering').length, SOON)
    .toBe(count);
  return runsOf(on);
};

const people = crowd(6);

describe('a worker', () => {
  it('runs what a person asked for, once for two that ask', async () => {
    const on = await engine('x', people);
    expect(await requestRun(on.context, { sync: on.sync })).toMatchObject({ joined: false });
    expect(await requestRun(on.context, { sync: on.sync })).toMatchObject({ joined: true });
    const worker = startWorker(on.context, on.url);
    const runs = await ended(on, 1);
    await worker.stop();
    expect(runs).toMatchObject([{ state: 'succeeded', trigger: 'cli:tester' }]);
    expect(on.members('x')).toEqual(digestSet(people, 'x'));
  });

  it('writes down a run that could not begin', async () => {
    const on = await engine('x', people);
    const context = {
      ...on.context,
      surroundings: { ...on.context.surroundings, secret: () => '' },
    };
    await requestRun(on.context, { sync: on.sync });
    const worker = startWorker(context, on.url);
    const runs = await ended(on, 1);
    await worker.stop();
    expect(runs).toMatchObject([{ state: 'failed', problem: { code: 'secret.invalid' } }]);
  });

  it('goes on with the run of a process that died', async () => {
    const on = await engine('x', people);
    on.server.inject({ kind: 'hang', ...on.uploads, times: 1 });
    const dying = new AbortController();
    const asOf = on.clock.now();
    const dead = runSync(on.abortable(dying.signal), { sync: on.sync, asOf, approved: false });
    const died = dead.catch((error: unknown) => String(error));
    await expect
      .poll(async () => on.db.prisma.batch.count({ where: { state: 'sending' } }), SOON)
      .toBe(1);
    dying.abort(new Error('killed'));
    expect(await died).toContain('killed');
    const worker = startWorker(on.context, on.url);
    const runs = await ended(on, 2);
    await worker.stop();
    expect(runs).toMatchObject([
      { state: 'incomplete', problem: { code: 'cut-off' } },
      { state: 'succeeded', trigger: 'follow-up' },
    ]);
    expect(on.members('x')).toEqual(digestSet(people, 'x'));
  });

  it('finishes what is in flight when it is to end, and another goes on', async () => {
    const on = await engine('x', crowd(7_000));
    const first = startWorker(on.context, on.url);
    on.server.inject({ kind: 'drip', ...on.uploads, gapMs: 3, times: 3 });
    await requestRun(on.context, { sync: on.sync });
    await expect
      .poll(async () => on.db.prisma.batch.count({ where: { state: 'sending' } }), SOON)
      .toBeGreaterThan(0);
    await first.stop();
    const [run] = await runsOf(on);
    expect(run).toMatchObject({ state: expect.stringMatching(/^(incomplete|succeeded)$/u) });
    expect(await on.db.prisma.batch.count({ where: { state: { in: ['sending', 'lost'] } } })).toBe(
      0,
    );
    const second = startWorker(on.context, on.url);
    await expect.poll(async () => (await runsOf(on)).at(-1)?.state, SOON).toBe('succeeded');
    await second.stop();
    expect(on.members('x')).toHaveLength(14_000);
  });
});

describe('a schedule', () => {
  it('starts one run per slot however many workers look, and none before it was given', async () => {
    const on = await engine('x', people, ', schedule: "0 3 * * *", timezone: Asia/Tokyo');
    const workers = [1, 2, 3].map(() => startWorker(on.context, on.url));
    await Promise.all(Array.from({ length: 10 }, () => look(on)));
    expect(await runsOf(on)).toEqual([]);
    on.advance(DAY);
    await ended(on, 1);
    await Promise.all(Array.from({ length: 10 }, () => look(on)));
    on.advance(DAY);
    const runs = await ended(on, 2);
    await Promise.all(workers.map((worker) => worker.stop()));
    expect(runs.map(({ trigger }) => trigger)).toEqual([
      'schedule:2026-11-21T18:00:00.000Z',
      'schedule:2026-11-22T18:00:00.000Z',
    ]);
  });

  it('makes up for the latest of the slots that nobody saw, and counts them', async () => {
    const on = await engine('x', people, ', schedule: "0 3 * * *"');
    on.advance(4 * DAY);
    await look(on);
    await look(on);
    const slots = await on.db.prisma.scheduleSlot.findMany({
      where: { key: { startsWith: 'sync:' } },
      select: { slot: true, state: true, missed: true },
    });
    expect(slots).toEqual([{ slot: new Date('2026-11-24T03:00:00Z'), state: 'late', missed: 4 }]);
  });

  it('starts nothing while its sync is paused, nor what passed meanwhile', async () => {
    const on = await engine('x', people, ', schedule: "0 3 * * *"');
    await pauseSync(on.context, { sync: on.sync });
    on.advance(DAY);
    await look(on);
    await resumeSync(on.context, { sync: on.sync });
    await look(on);
    const slots = await on.db.prisma.scheduleSlot.findMany({
      where: { key: { startsWith: 'sync:' } },
      select: { state: true, missed: true },
    });
    expect(slots).toEqual([{ state: 'skipped', missed: 0 }]);
  });

  it('starts nothing that waited in the queue when its sync was paused, and what is asked for since', async () => {
    const on = await engine('x', people);
    const waits = () => inTransaction(on.db, (client) => isQueued(on.db, client, 'run-sync', {}));
    await requestRun(on.context, { sync: on.sync });
    expect(await waits()).toBe(true);
    expect(await pauseSync(on.context, { sync: on.sync })).toMatchObject({ unqueued: true });
    expect(await waits()).toBe(false);
    await requestRun(on.context, { sync: on.sync });
    const worker = startWorker(on.context, on.url);
    const [run] = await ended(on, 1);
    await worker.stop();
    expect(run).toMatchObject({ state: 'succeeded', trigger: 'cli:tester' });
  });

  it('follows a refresh of the segment where the sync asks for that', async () => {
    const on = await engine('x', people, ', schedule: after-refresh');
    expect(await refreshSegment(on.context, { segment: 'everyone' })).toEqual({
      segment: 'everyone',
      customers: 6,
      before: null,
      queued: [on.sync],
    });
    const worker = startWorker(on.context, on.url);
    expect(await ended(on, 1)).toMatchObject([{ state: 'succeeded', trigger: 'refresh:everyone' }]);
    await worker.stop();
  });
});

describe('a run under way', () => {
  it('stops before its next request when somebody cancels it', async () => {
    const on = await engine('x', crowd(12_000));
    on.server.inject({ kind: 'drip', ...on.uploads, gapMs: 3, times: 99 });
    const worker = startWorker(on.context, on.url);
    await requestRun(on.context, { sync: on.sync });
    await expect
      .poll(async () => on.db.prisma.batch.count({ where: { state: 'sending' } }), SOON)
      .toBeGreaterThan(0);
    const [run] = await runsOf(on);
    await cancelRun(on.context, { run: run?.id ?? 0n });
    const runs = await ended(on, 1);
    await worker.stop();
    expect(runs).toMatchObject([{ state: 'cancelled' }]);
    const open = await on.db.prisma.batch.count({ where: { state: 'planned' } });
    const unknown = await on.db.prisma.batch.count({
      where: { state: { in: ['sending', 'lost'] } },
    });
    expect({ some: open > 0, unknown }).toEqual({ some: true, unknown: 0 });
    await expect(cancelRun(on.context, { run: run?.id ?? 0n })).rejects.toThrow(
      'is not under way any more',
    );
    expect((await on.run()).state).toBe('succeeded');
    expect(on.members('x')).toHaveLength(24_000);
  });

  it('stops when its sync is paused, and is gone on with when that is resumed', async () => {
    const on = await engine('x', crowd(12_000));
    on.server.inject({ kind: 'drip', ...on.uploads, gapMs: 3, times: 3 });
    const worker = startWorker(on.context, on.url);
    await requestRun(on.context, { sync: on.sync });
    await expect
      .poll(async () => on.db.prisma.batch.count({ where: { state: 'sending' } }), SOON)
      .toBeGreaterThan(0);
    expect(await pauseSync(on.context, { sync: on.sync })).toMatchObject({ changed: true });
    const [paused] = await ended(on, 1);
    expect(paused).toMatchObject({ state: 'incomplete', problem: { code: 'pause' } });
    expect(await pauseSync(on.context, { sync: on.sync })).toMatchObject({ changed: false });
    expect(await resumeSync(on.context, { sync: on.sync })).toMatchObject({ runs: true });
    const runs = await ended(on, 2);
    await worker.stop();
    expect(runs[1]).toMatchObject({ state: 'succeeded' });
    expect(on.members('x')).toHaveLength(24_000);
  });
});
