/** Whoever says no while a guardrail holds the runs of a sync. */
import { describe, expect, it } from 'vitest';
import { isQueued } from '../../jobs/queue.ts';
import { inTransaction } from '../../src/infra/db.ts';
import { listRuns } from '../../src/services/list-runs.ts';
import { runQueuedSync } from '../../src/services/run-queued-sync.ts';
import { tendRuns } from '../../src/services/schedule/tend-runs.ts';
import { suppress } from '../../src/services/suppress.ts';
import type { Engine } from '../support/engine.ts';
import { PLATFORMS, crowd, engine } from '../support/engine.ts';
import { bring, digestSet } from '../support/people.ts';
import type { TestPerson } from '../support/people.ts';

const PEOPLE = crowd(100);
/** Their addresses went with a broken import: more than may leave at once. */
const LOST = PEOPLE.slice(60);

async function lose(on: Engine, people: readonly TestPerson[]): Promise<void> {
  await bring(
    on.context,
    people.map(({ id }) => ({ id })),
  );
}

async function suppressAll(on: Engine, people: readonly TestPerson[]): Promise<void> {
  for (const { id } of people) await on.suppress(id);
}

const except = (people: readonly TestPerson[], gone: readonly TestPerson[]): TestPerson[] =>
  people.filter((person) => !gone.includes(person));

describe.each(PLATFORMS)('whoever says no comes off %s', (platform) => {
  const refusers = PEOPLE.slice(0, 5);

  it('although a guardrail holds the run, by one of their own', async () => {
    const on = await engine(platform, PEOPLE);
    await on.run();
    await lose(on, LOST);
    await suppressAll(on, refusers);
    const held = await on.run();
    expect(held).toMatchObject({ state: 'held', problem: { members: 100, leaving: 45 } });
    expect(held.problem?.message).toMatch(/5 who said no, or had left before, were taken off/);
    expect(on.members(platform)).toEqual(digestSet(except(PEOPLE, refusers), platform));
    const runs = await listRuns(on.context, { limit: 3 });
    expect(runs).toMatchObject([
      { state: 'held', trigger: 'cli:tester' },
      { state: 'succeeded', trigger: 'opt-out', removed: 5, added: 0, inSegment: 0 },
      { state: 'succeeded', trigger: 'cli:tester' },
    ]);
    // What was seen is still what is approved, though five of them are gone by now.
    expect(await on.run(true)).toMatchObject({ state: 'succeeded', removed: 40 });
    expect(on.members(platform)).toEqual(digestSet(PEOPLE.slice(5, 60), platform));
  });

  it('also those who were lost with the import, and by the address that was sent', async () => {
    const on = await engine(platform, PEOPLE);
    await on.run();
    await lose(on, LOST);
    const [byId, byAddress] = LOST;
    if (byId === undefined || byAddress?.email === undefined) throw new Error('Nobody is lost.');
    await on.suppress(byId.id);
    await suppress(on.context, { kind: 'email', value: byAddress.email, reason: 'asked' });
    const held = await on.run();
    expect(held.problem?.message).toMatch(/2 who said no, or had left before, were taken off/);
    const left = except(PEOPLE, [byId, byAddress]);
    expect(on.members(platform)).toEqual(digestSet(left, platform));
  });

  it('once: no run is written where nobody has to go', async () => {
    const on = await engine(platform, PEOPLE);
    await on.run();
    await lose(on, LOST);
    await suppressAll(on, refusers);
    await on.run();
    const held = await on.run();
    expect(held.problem?.message).not.toMatch(/said no/);
    expect(await listRuns(on.context, { limit: 10 })).toHaveLength(4);
  });

  it('and is taken off again where the platform was down', async () => {
    const on = await engine(platform, PEOPLE);
    await on.run();
    await lose(on, LOST);
    await suppressAll(on, refusers);
    on.server.inject({ kind: 'answer', ...on.uploads, status: 503, body: '', times: 50 });
    expect((await on.run()).problem?.message).toMatch(/5 who said no.* are being taken off/);
    on.server.calm();
    expect((await on.run()).state).toBe('held');
    expect(on.members(platform)).toEqual(digestSet(except(PEOPLE, refusers), platform));
  });

  it('and is followed by itself until they are off, further apart each time', async () => {
    const on = await engine(platform, PEOPLE);
    await on.run();
    await lose(on, LOST);
    await suppressAll(on, refusers);
    on.server.inject({ kind: 'answer', ...on.uploads, status: 503, body: '', times: 50 });
    const { id: syncId } = await on.db.prisma.sync.findFirstOrThrow({ select: { id: true } });
    const followed = async (minutes: number) => {
      on.advance(minutes * 60_000);
      await tendRuns(on.context);
      const queued = await inTransaction(on.db, (client) =>
        isQueued(on.db, client, 'run-sync', { sync: syncId }),
      );
      if (queued) await on.db.pool.query(`DELETE FROM pgboss.job WHERE name = 'run-sync'`);
      return queued;
    };
    await runQueuedSync(on.context, { sync: syncId, trigger: 'schedule:03:00' });
    expect([await followed(0.5), await followed(0.6)]).toEqual([false, true]);
    await runQueuedSync(on.context, { sync: syncId, trigger: 'follow-up' });
    expect([await followed(1.5), await followed(0.6)]).toEqual([false, true]);
    on.server.calm();
    await runQueuedSync(on.context, { sync: syncId, trigger: 'follow-up' });
    // Time in which Google works.
    expect(await followed(48 * 60)).toBe(false);
    expect(on.members(platform)).toEqual(digestSet(except(PEOPLE, refusers), platform));
  });

  it('without the keys of others who stay until somebody answers', async () => {
    const phone = '+819011112222';
    const first: TestPerson = { id: 'first', email: 'first@example.jp', phone };
    const second: TestPerson = { id: 'second', email: 'second@example.jp', phone };
    const everybody = [...PEOPLE, first, second];
    const on = await engine(platform, everybody);
    await on.run();
    await lose(on, [...LOST, second]);
    await on.suppress('first');
    expect((await on.run()).state).toBe('held');
    expect(on.members(platform)).toEqual(digestSet([...PEOPLE, second], platform));
    expect((await on.run(true)).state).toBe('succeeded');
    expect(on.members(platform)).toEqual(digestSet(PEOPLE.slice(0, 60), platform));
  });
});

describe('so many who say no', () => {
  it('that a guardrail holds them alone stay until a person has answered, and it says so', async () => {
    const on = await engine('meta', PEOPLE);
    await on.run();
    await suppressAll(on, PEOPLE.slice(0, 35));
    const held = await on.run();
    expect(held.problem?.message).toMatch(/Among those who stay until then are 35 who said no/);
    expect(on.members('meta')).toEqual(digestSet(PEOPLE, 'meta'));
    expect(await listRuns(on.context, { limit: 10 })).toHaveLength(2);
  });
});
