/** A run that one process does, as others see it: the stream, the server-sent events, joining. */
import { describe, expect, it } from 'vitest';
import { createBudgets } from '../../src/delivery/index.ts';
import { systemClock } from '../../src/infra/clock.ts';
import { openDb } from '../../src/infra/db.ts';
import { takeLease } from '../../src/infra/lease.ts';
import { createLog } from '../../src/infra/log.ts';
import { createApp } from '../../src/server/app.ts';
import type { ServiceContext } from '../../src/services/context.ts';
import { runOrJoin } from '../../src/services/run-or-join.ts';
import { runSync } from '../../src/services/run-sync.ts';
import type { RunDetails } from '../../src/services/show-run.ts';
import { readProgress, watchRun } from '../../src/services/watch-run.ts';
import type { RunProgress } from '../../src/services/watch-run.ts';
import { atTheEnd } from '../support/at-the-end.ts';
import { crowd, engine } from '../support/engine.ts';
import type { Engine } from '../support/engine.ts';
import { bring } from '../support/people.ts';
import { readEvents } from '../support/server-sent-events.ts';
import { served } from '../support/served.ts';
import { NOW } from '../support/stage.ts';

const WAIT_MS = 60_000;

/** The context of a process that looks on: it looks often, and nobody else's time passes by it. */
function onlooker(on: Engine): ServiceContext {
  const clock = {
    now: () => on.clock.now(),
    sleep: (_: number, signal?: AbortSignal) => systemClock.sleep(5, signal),
  };
  return { ...on.context, surroundings: { ...on.context.surroundings, clock } };
}

/**
 * A run under way in a process of its own: 5 people leave and 10 come, and the platform asks for a
 * minute's pause before either. Each pause lasts until `goOn`.
 */
async function underWay() {
  const on = await engine('x', crowd(20));
  await on.run();
  await bring(on.context, crowd(30).slice(20));
  for (const id of ['p-0', 'p-1', 'p-2', 'p-3', 'p-4']) await on.suppress(id);
  const pauses = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let paused = 0;
  const throttle = (): void =>
    on.server.inject({ kind: 'says', ...on.uploads, mishap: 'throttled', times: 1 });
  throttle();
  const clock = {
    now: () => on.clock.now(),
    sleep: async (ms: number, signal?: AbortSignal) => {
      if (ms < WAIT_MS / 2) return systemClock.sleep(ms, signal);
      await pauses[paused++]?.promise;
    },
  };
  const db = openDb(on.url);
  atTheEnd(() => db.close());
  const context: ServiceContext = {
    ...on.context,
    db,
    surroundings: {
      ...on.context.surroundings,
      clock,
      // Of a process of its own; those of the stage go by its clock.
      budgets: createBudgets({ clock, paced: false }),
      onEvent: (event) => {
        if (event.kind === 'batch-answered' && event.operation === 'remove') throttle();
      },
    },
  };
  const ended = runSync(context, { sync: on.sync, asOf: NOW, approved: false });
  let id: bigint | undefined;
  await expect
    .poll(async () => {
      const run = await on.db.prisma.run.findFirst({
        where: { state: 'delivering' },
        select: { id: true },
      });
      id = run?.id;
      return id;
    })
    .toBeDefined();
  if (id === undefined) throw new Error('No run is under way.');
  await expect.poll(() => paused).toBe(1);
  return {
    on,
    id,
    ended,
    goOn: (pause: 0 | 1) => pauses[pause]?.resolve(),
    /** Lets it go on to its end. */
    finish: () => {
      for (const pause of pauses) pause.resolve();
      return ended;
    },
  };
}

type UnderWay = Awaited<ReturnType<typeof underWay>>;

/** Lets a run go on from the pause that it is seen in. */
function goOnFrom({ phase, rowsDone }: RunProgress, { goOn }: UnderWay): void {
  if (phase === 'waiting') goOn(rowsDone === 0 ? 0 : 1);
}

/** Watches to the end, and lets the run go on whenever it is seen to wait. */
async function watchThrough(
  steps: AsyncIterable<RunProgress>,
  run: UnderWay,
): Promise<RunProgress[]> {
  const seen: RunProgress[] = [];
  for await (const step of steps) {
    seen.push(step);
    goOnFrom(step, run);
  }
  return seen;
}

const figuresOf = ({ delivery, ...run }: RunDetails) => ({
  run: run.id,
  state: run.state,
  accepted: delivery.accepted,
  rejected: delivery.rejected,
  unknown: delivery.unknown,
});

describe('watching a run', () => {
  it('tells of one that is over once, with the figures of its end', async () => {
    const on = await engine('meta', crowd(40));
    const run = await on.run();
    const seen: RunProgress[] = [];
    for await (const step of watchRun(onlooker(on), { run: BigInt(run.id) })) seen.push(step);
    expect(seen).toEqual([
      {
        ...figuresOf(run),
        sync: on.sync,
        state: 'succeeded',
        phase: 'ended',
        rowsDone: 40,
        rowsTotal: 40,
        waitsUntil: null,
        problem: null,
      },
    ]);
  });

  it('tells how far it is, until when it waits, and its end, whichever process does it', async () => {
    const run = await underWay();
    const seen = await watchThrough(watchRun(onlooker(run.on), { run: run.id }), run);
    expect(seen[0]).toMatchObject({
      state: 'delivering',
      phase: 'waiting',
      rowsDone: 0,
      rowsTotal: 15,
      waitsUntil: new Date(run.on.clock.now().getTime() + WAIT_MS),
    });
    const halfway = seen.find(({ rowsDone }) => rowsDone === 5);
    expect(halfway).toMatchObject({ accepted: 0, state: 'delivering' });
    expect(seen.at(-1)).toMatchObject({
      ...figuresOf(await run.ended),
      phase: 'ended',
      rowsDone: 15,
      accepted: 10,
      waitsUntil: null,
    });
    const done = seen.map(({ rowsDone }) => rowsDone);
    expect(done).toEqual(done.toSorted((one, other) => one - other));
  });

  it.each([
    ['planning', 'add', true, 'planning'],
    ['delivering', 'remove', true, 'removing'],
    ['delivering', 'add', true, 'adding'],
    ['delivering', 'add', false, 'cut-off'],
    ['held', 'add', true, 'ended'],
  ])('calls a run that is %s (%s), held: %s, %s', async (state, operation, held, phase) => {
    const on = await engine('meta', crowd(3));
    const { id } = await on.run();
    await on.db.pool.query('UPDATE run SET state = $1', [state]);
    await on.db.pool.query(`UPDATE batch SET state = 'sending', operation = $1`, [operation]);
    const lease = held ? await takeLease(on.db, await leaseOf(on)) : null;
    expect((await readProgress(onlooker(on), { run: BigInt(id) })).phase).toBe(phase);
    await lease?.release();
  });

  it('ends when whoever watches leaves', async () => {
    const run = await underWay();
    const leave = new AbortController();
    const reason = new Error('I have seen enough.');
    const watching = async (): Promise<void> => {
      const steps = watchRun(onlooker(run.on), { run: run.id, signal: leave.signal });
      for await (const { phase } of steps) if (phase === 'waiting') leave.abort(reason);
    };
    await expect(watching()).rejects.toBe(reason);
    await run.finish();
  });

  it('says so where there is no such run', async () => {
    const on = await engine('meta', crowd(1));
    await expect(readProgress(onlooker(on), { run: 99n })).rejects.toThrow('There is no run 99');
  });
});

async function leaseOf({ db, sync }: Engine): Promise<string> {
  const { id } = await db.prisma.sync.findUniqueOrThrow({
    where: { name: sync },
    select: { id: true },
  });
  return `sync:${id}`;
}

describe('GET /api/runs/:id/progress', () => {
  const open = async (on: Engine) => served(createApp({ context: onlooker(on), loopback: true }));

  it('sends the same steps as events, and closes after the end', async () => {
    const run = await underWay();
    const { url } = await open(run.on);
    const answer = await fetch(`${url}/api/runs/${run.id}/progress`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    const events: string[] = [];
    async function* steps(): AsyncGenerator<RunProgress> {
      for await (const { event, data } of readEvents(answer)) {
        events.push(event);
        yield JSON.parse(data) as RunProgress;
      }
    }
    const seen = await watchThrough(steps(), run);
    expect(seen[0]).toMatchObject({ phase: 'waiting', rowsDone: 0, rowsTotal: 15 });
    expect(seen.at(-1)).toMatchObject({ ...figuresOf(await run.ended), rowsDone: 15 });
    expect(events.filter((event) => event !== 'progress')).toEqual(['end']);
    expect(events.at(-1)).toBe('end');
  });

  it.each([
    ['99', 404, 'not-found'],
    ['1;drop', 400, 'input.invalid'],
  ])('answers for the run "%s" with %s', async (id, status, code) => {
    const on = await engine('meta', crowd(1));
    const { url } = await open(on);
    const answer = await fetch(`${url}/api/runs/${id}/progress`);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ error: { code } });
  });

  it('tells its log, and not whoever listens, what went wrong', async () => {
    const run = await underWay();
    let text = '';
    const log = createLog('error', { write: (line) => void (text += line) });
    const context = onlooker(run.on);
    let looks = 0;
    const pool = {
      query: (...asked: Parameters<typeof context.db.pool.query>) => {
        looks += 1;
        if (looks > 1) return Promise.reject(new Error('inner words'));
        return context.db.pool.query(...asked);
      },
    };
    const broken = { ...context, log, db: { ...context.db, pool } } as unknown as typeof context;
    const { url } = await served(createApp({ context: broken, loopback: true }));
    const answer = await fetch(`${url}/api/runs/${run.id}/progress`);
    expect(await answer.text()).not.toContain('inner words');
    expect(text).toContain('inner words');
    await run.finish();
  });

  it('stops looking when nobody listens any more', async () => {
    const run = await underWay();
    let looks = 0;
    const context = onlooker(run.on);
    const { clock } = context.surroundings;
    const counting = {
      now: () => clock.now(),
      sleep: (ms: number, signal?: AbortSignal) => {
        looks += 1;
        return clock.sleep(ms, signal);
      },
    };
    const watched = { ...context, surroundings: { ...context.surroundings, clock: counting } };
    const { url } = await served(createApp({ context: watched, loopback: true }));
    const leave = new AbortController();
    const answer = await fetch(`${url}/api/runs/${run.id}/progress`, { signal: leave.signal });
    await readEvents(answer).next();
    await expect.poll(() => looks).toBeGreaterThan(3);
    leave.abort();
    const standsStill = async (): Promise<boolean> => {
      const before = looks;
      await systemClock.sleep(100);
      return looks === before;
    };
    await expect.poll(standsStill).toBe(true);
    await run.finish();
  });
});

describe('a run that another process is at', () => {
  it('is named to whoever asks for one, with how far it is and how to see it', async () => {
    const run = await underWay();
    const second = runOrJoin(onlooker(run.on), {
      sync: run.on.sync,
      asOf: NOW,
      approved: false,
      join: false,
    });
    await expect(second).rejects.toMatchObject({
      code: 'run.in-progress',
      message: expect.stringMatching(
        new RegExp(
          `^Run ${run.id} of "everyone-x" is under way .* 0 of 15 rows done\\. .*runs watch ${run.id}\\b.*--join`,
          'u',
        ),
      ),
      details: { run: String(run.id), rowsDone: 0, rowsTotal: 15 },
    });
    await run.finish();
  });

  it('is joined to its end by whoever asks for that, and not done twice', async () => {
    const run = await underWay();
    const joined = await runOrJoin(onlooker(run.on), {
      sync: run.on.sync,
      asOf: NOW,
      approved: false,
      join: true,
      onJoined: (step) => goOnFrom(step, run),
    });
    expect(joined).toEqual(await run.ended);
    expect(await run.on.db.prisma.run.count()).toBe(2);
  });

  it('is made where the other process lets go of the sync without one', async () => {
    const on = await engine('x', crowd(3));
    const lease = await takeLease(on.db, await leaseOf(on));
    const joined = runOrJoin(onlooker(on), {
      sync: on.sync,
      asOf: NOW,
      approved: false,
      join: true,
    });
    await systemClock.sleep(50);
    await lease?.release();
    expect(await joined).toMatchObject({ state: 'succeeded', added: 3 });
  });

  it('is made anew where its process died', async () => {
    const on = await engine('x', crowd(3));
    const first = await on.run();
    await bring(on.context, crowd(4));
    await on.db.pool.query(`UPDATE run SET state = 'delivering', finished_at = NULL`);
    const lease = await takeLease(on.db, await leaseOf(on));
    const joined = runOrJoin(onlooker(on), {
      sync: on.sync,
      asOf: NOW,
      approved: false,
      join: true,
      onJoined: () => void lease?.release(),
    });
    expect(await joined).toMatchObject({ state: 'succeeded', added: 1 });
    expect(await readProgress(onlooker(on), { run: BigInt(first.id) })).toMatchObject({
      state: 'incomplete',
      problem: { code: 'cut-off' },
    });
  });
});
