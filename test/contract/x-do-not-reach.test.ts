import { describe, expect, it } from 'vitest';
import type { ConnectorContext, DoNotReach } from '../../connectors/connector.ts';
import { x } from '../../connectors/x/index.ts';
import { createEmulator } from '../../connectors/x/sandbox.ts';
import {
  adsOf,
  batchOf,
  DAY,
  digestsOf,
  failure,
  losingFirst,
  people,
  reopen,
  useStage,
  wanted,
} from './x-stage.ts';

const stage = useStage();

const list = (): DoNotReach => {
  if (x.doNotReach === undefined) throw new Error('X has a do-not-reach list');
  return x.doNotReach;
};
const push = async (operation: 'add' | 'remove', members = people(3)) =>
  list().push(stage.context, { operation, members });
const taken = (accepted: number) => ({
  state: 'final',
  requestId: null,
  accepted,
  rejected: [],
  unknown: 0,
});

/** What happened on the emulator since it began. */
const events = () => [...stage.world.journal.replay('x')].map(({ type }) => type);

const lists = '12/accounts/18ce54d4x5t/do_not_reach_lists';

/** Somebody deletes the list on X. */
const deleteList = async () => {
  const { ads, at } = adsOf(stage);
  const { data } = await ads.get<{ data: { id: string }[] }>(lists, {}, at);
  await ads.delete(`${lists}/${data[0]?.id}`, {}, at);
};

const inject = (status: number, body: unknown, path = stage.emulator.uploads) =>
  stage.server.inject({
    kind: 'answer',
    platform: 'x',
    path,
    status,
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });

describe('the do-not-reach list', () => {
  it('is made at the first addition, takes people on and off, and repeating changes nothing', async () => {
    const members = people(3);
    for (let times = 0; times < 2; times += 1) {
      expect(await push('add', members)).toEqual(taken(3));
      expect(stage.emulator.doNotReach()).toEqual(digestsOf(members));
    }
    for (let times = 0; times < 2; times += 1) {
      expect(await push('remove', members.slice(0, 1))).toEqual(taken(1));
      expect(stage.emulator.doNotReach()).toEqual(digestsOf(members.slice(1)));
    }
    expect(events().filter((type) => type === 'audience-created')).toHaveLength(1);
  });

  it('is no audience, and changes none', async () => {
    const audience = await x.ensureAudience(stage.context, wanted);
    await x.push(stage.context, batchOf(audience, 'add', people(2)));
    await push('add', people(2));
    expect(stage.emulator.audiences()).toEqual([
      { id: audience.remoteId, name: wanted.name, account: stage.emulator.account },
    ]);
    expect(stage.emulator.members(audience.remoteId)).toEqual(digestsOf(people(2)));
  });

  it('is the one that the account has, asked for once', async () => {
    await push('add', people(1));
    const another = { ...stage.context, memo: <T>(_: string, make: () => T) => make() };
    await list().push(another, { operation: 'add', members: people(2) });
    stage.observed.length = 0;
    await push('add', people(3));
    expect(stage.observed).toHaveLength(1);
    expect(stage.emulator.doNotReach()).toEqual(digestsOf(people(3)));
  });

  it('is made once by pushes at once', async () => {
    const receipts = await Promise.all([push('add', people(1)), push('add', people(2, 'q'))]);
    expect(receipts).toEqual([taken(1), taken(2)]);
    expect(stage.emulator.doNotReach()).toHaveLength(6);
  });

  it('is not made for a removal, nor for nobody', async () => {
    expect(await push('remove')).toEqual(taken(3));
    expect(await push('add', [])).toEqual(taken(0));
    expect(events()).toEqual([]);
  });

  it('is looked for again, or made anew, once somebody deleted it on X', async () => {
    await push('add', people(1));
    await deleteList();
    expect(await push('add', people(2))).toEqual(taken(2));
    expect(stage.emulator.doNotReach()).toEqual(digestsOf(people(2)));
    await deleteList();
    expect(await push('remove', people(1))).toEqual(taken(1));
    expect(stage.emulator.doNotReach()).toEqual([]);
    await push('add', people(1));
    await deleteList();
    const { ads, at } = adsOf(stage);
    await ads.post(lists, { description: 'Other' }, at);
    expect(await push('add', people(2))).toEqual(taken(2));
    expect(stage.emulator.doNotReach()).toEqual(digestsOf(people(2)));
  });

  it('is told by its id as it is there now, whatever was known before', async () => {
    const id = async () => list().listId(stage.context);
    expect(await id()).toBeNull();
    await push('add', people(1));
    const first = await id();
    expect(first).toMatch(/^\w+$/u);
    expect(await id()).toBe(first);
    stage.observed.length = 0;
    await push('add', people(2));
    expect(stage.observed).toHaveLength(1);
    await deleteList();
    expect(await id()).toBeNull();
    await push('add', people(2));
    const second = await id();
    expect([null, first]).not.toContain(second);
    inject(503, {}, 'do_not_reach_lists');
    expect(await failure(id())).toMatchObject({ kind: 'transient' });
    expect(await id()).toBe(second);
  });

  it('is looked for once by whoever asked for its id before', async () => {
    await push('add', people(1));
    const kept = new Map<string, unknown>();
    const another: ConnectorContext = {
      ...stage.context,
      memo<T>(key: string, make: () => T): T {
        if (!kept.has(key)) kept.set(key, make());
        return kept.get(key) as T;
      },
    };
    stage.observed.length = 0;
    await list().listId(another);
    await list().push(another, { operation: 'add', members: people(2) });
    expect(stage.observed).toHaveLength(2);
  });

  it('is asked for again later where X lists it and takes nobody for it', async () => {
    await push('add', people(1));
    inject(404, { errors: [{ code: 'NOT_FOUND', message: 'No such list' }] });
    expect(await failure(push('add'))).toMatchObject({ kind: 'transient', code: 'NOT_FOUND' });
    expect(await push('add')).toEqual(taken(3));
  });

  it('is tried again after a failure to find it', async () => {
    stage.server.inject({ kind: 'answer', platform: 'x', path: 'do_not_reach', status: 503 });
    expect(await failure(push('add'))).toMatchObject({ kind: 'transient' });
    expect(await push('add')).toEqual(taken(3));
  });

  it('finds the list that was made although the answer was lost', async () => {
    await reopen(stage, losingFirst('/do_not_reach_lists'));
    expect(await failure(push('add'))).toMatchObject({ kind: 'transient', code: 'ECONNRESET' });
    expect(await push('add')).toEqual(taken(3));
  });

  it('forgets people after its lifetime, which is under 13 months', async () => {
    await push('add');
    stage.world.clock.advance(list().lifetimeDays * DAY - 1000);
    expect(stage.emulator.doNotReach()).toHaveLength(6);
    stage.world.clock.advance(1000);
    expect(stage.emulator.doNotReach()).toEqual([]);
  });

  it('takes the largest batch in one request', async () => {
    expect(await push('add', people(list().rows))).toEqual(taken(list().rows));
    expect(stage.emulator.doNotReach()).toHaveLength(2 * list().rows);
    await expect(push('add', people(list().rows + 1))).rejects.toThrow(RangeError);
  });

  it('names whom X refuses, and nobody is taken', async () => {
    const members = people(3);
    stage.emulator.refuseKey(members[2]?.phone[0] ?? '');
    const refused = await failure(push('add', members));
    expect(refused).toMatchObject({ kind: 'invalid', code: 'INVALID_PARAMETER' });
    expect(refused.culprits).toEqual([{ position: 2, code: 'INVALID_PARAMETER' }]);
    expect(stage.emulator.doNotReach()).toEqual([]);
  });

  it('reads the counts whether X sums them or gives one an operation', async () => {
    await push('add', people(1));
    const counts = (...each: number[]) => ({
      data: each.map((count) => ({ success_count: count, total_count: count })),
    });
    inject(200, counts(3));
    expect(await push('add')).toEqual(taken(3));
    inject(200, counts(1, 1, 1));
    expect(await push('add')).toEqual(taken(3));
    for (const wrong of [counts(2), counts(1, 1, 1, 1), counts()]) {
      inject(200, wrong);
      expect(await failure(push('add'))).toMatchObject({ code: 'COUNT_MISMATCH' });
    }
  });

  it('is the same after the emulator starts again over the same journal', async () => {
    await push('add');
    expect(createEmulator(stage.world).doNotReach()).toEqual(stage.emulator.doNotReach());
  });
});
