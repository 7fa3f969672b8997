import { describe, expect, it } from 'vitest';
import type { Member } from '../../connectors/connector.ts';
import { createAudience } from '../../connectors/meta/api.ts';
import { meta } from '../../connectors/meta/index.ts';
import type { Digest } from '../../src/identity/types.ts';
import { GRANTED } from '../support/member-consent.ts';
import {
  DAY,
  HOUR,
  batchFor,
  contextFor,
  digest,
  digestsOf,
  failureOf,
  people,
  peopleOfMostKeys,
  start,
  wanted,
} from '../support/meta-destination.ts';

describe('finding and making an audience on Meta', () => {
  it('makes it once, and finds it again by its key among more pages than one', async () => {
    const { context, emulator } = await start();
    const first = await meta.ensureAudience(context, wanted);
    for (let other = 0; other < 45; other += 1) {
      await meta.ensureAudience(context, { name: `Other ${other}`, key: `rk-other-${other}` });
    }
    expect(await meta.ensureAudience(context, wanted)).toEqual(first);
    expect(emulator.audiences()).toHaveLength(46);
  });

  it("leaves somebody else's list of the same name alone", async () => {
    const { context, emulator } = await start();
    const theirs = await meta.ensureAudience(context, { name: wanted.name, key: 'another tool' });
    const ours = await meta.ensureAudience(context, wanted);
    expect(ours.remoteId).not.toBe(theirs.remoteId);
    expect(emulator.audiences()).toHaveLength(2);
  });

  it('finds the one it made when the answer to making it was lost', async () => {
    const { context, emulator, sandbox } = await start();
    sandbox.inject({ kind: 'lose-answer', platform: 'meta', path: 'customaudiences' });
    const made = { name: wanted.name, description: `Managed by Rekindle (${wanted.key})` };
    expect((await failureOf(createAudience(context, made))).kind).toBe('transient');
    const found = await meta.ensureAudience(context, wanted);
    expect(emulator.audiences().map(({ id }) => id)).toEqual([found.remoteId]);
  });
});

describe('the name of an audience on Meta', () => {
  it.each([
    ['Customers with diabetes', 'policy', 'NAME_SUGGESTS_HEALTH'],
    ['HighIncome 2026', 'policy', 'NAME_SUGGESTS_MONEY'],
    ['  ', 'invalid', 'NAME_EMPTY'],
  ])('"%s" is refused before the list is made', async (name, kind, code) => {
    const { context, emulator } = await start();
    const failure = await failureOf(meta.ensureAudience(context, { ...wanted, name }));
    expect(failure).toMatchObject({ kind, code });
    expect(failure.message).toBe(meta.settings.nameProblem?.(name, {}));
    expect(emulator.audiences()).toEqual([]);
  });

  it('is no matter for a list that is there already', async () => {
    const { context } = await start();
    const { remoteId } = await meta.ensureAudience(context, wanted);
    const renamed = { ...wanted, name: 'Customers with diabetes' };
    expect(await meta.ensureAudience(context, renamed)).toMatchObject({ remoteId });
  });
});

describe('an audience that the token may not edit on Meta', () => {
  it('is said to be so when it is found', async () => {
    const { world, context } = await start();
    await meta.ensureAudience(context, wanted);
    const again = await start({ tasks: ['ANALYZE'] }, {}, world);
    expect(await failureOf(meta.ensureAudience(again.context, wanted))).toMatchObject({
      kind: 'permission',
      code: 'can_edit',
    });
  });
});

describe('pushing a batch to Meta', () => {
  it('puts exactly the digests of the batch on the list, and takes exactly those named off', async () => {
    const { context, emulator } = await start();
    const members = people(30);
    const add = await batchFor(context, 'add', members);
    const receipt = await meta.push(context, add);
    expect(receipt).toMatchObject({ state: 'final', accepted: 30, rejected: [], unknown: 0 });
    expect(emulator.members(add.audience.remoteId)).toEqual(digestsOf(members));

    const gone = members.slice(0, 10);
    const removal = await meta.push(context, await batchFor(context, 'remove', gone));
    expect(removal).toMatchObject({ accepted: 10, unknown: 0 });
    expect(emulator.members(add.audience.remoteId)).toEqual(digestsOf(members.slice(10)));
  });

  it('leaves the list as it was when a batch is sent twice, in either direction', async () => {
    const { context, emulator } = await start();
    const members = people(12);
    const add = await batchFor(context, 'add', members);
    const first = await meta.push(context, add);
    expect(await meta.push(context, add)).toEqual(first);
    expect(emulator.members(add.audience.remoteId)).toEqual(digestsOf(members));

    const remove = await batchFor(context, 'remove', members.slice(0, 5));
    await meta.push(context, remove);
    expect(await meta.push(context, remove)).toMatchObject({ accepted: 5, rejected: [] });
    expect(emulator.members(add.audience.remoteId)).toEqual(digestsOf(members.slice(5)));
  });

  it('ends exact when the answer was lost and the batch is sent again', async () => {
    const { context, emulator, sandbox } = await start();
    const members = people(8);
    const add = await batchFor(context, 'add', members);
    sandbox.inject({ kind: 'lose-answer', platform: 'meta', path: '/users' });
    expect((await failureOf(meta.push(context, add))).kind).toBe('transient');
    expect(await meta.push(context, add)).toMatchObject({ accepted: 8, unknown: 0 });
    expect(emulator.members(add.audience.remoteId)).toEqual(digestsOf(members));
  });

  it('takes one key off and leaves the other key of the same person', async () => {
    const { context, emulator } = await start();
    const [ann] = people(1);
    const add = await batchFor(context, 'add', people(1));
    await meta.push(context, add);
    const onlyEmail = { email: ann?.email ?? [], phone: [], consent: GRANTED } as const;
    await meta.push(context, await batchFor(context, 'remove', [onlyEmail]));
    expect(emulator.members(add.audience.remoteId)).toEqual(ann?.phone);
  });

  it('removes whom it can where one key of the person was never on the list', async () => {
    const { context, emulator } = await start();
    const [ann] = people(1);
    const onlyEmail = { email: ann?.email ?? [], phone: [], consent: GRANTED } as const;
    const add = await batchFor(context, 'add', [onlyEmail]);
    await meta.push(context, add);
    await meta.push(context, await batchFor(context, 'remove', people(1)));
    expect(emulator.members(add.audience.remoteId)).toEqual([]);
  });

  it('sends nothing for an empty batch', async () => {
    const context = contextFor({ graph: 'http://127.0.0.1:1' }, {});
    const audience = { remoteId: '1', name: 'A' };
    const batch = { id: 1n, audience, operation: 'add', members: [] } as const;
    expect(await meta.push(context, batch)).toEqual({
      state: 'final',
      requestId: null,
      accepted: 0,
      rejected: [],
      unknown: 0,
    });
  });

  it('sends nothing for people without a key, and counts them as refused', async () => {
    const context = contextFor({ graph: 'http://127.0.0.1:1' }, {});
    const audience = { remoteId: '1', name: 'A' };
    const keyless = { email: [], phone: [], consent: GRANTED } as const;
    const batch = { id: 1n, audience, operation: 'add', members: [keyless, keyless] } as const;
    expect(await meta.push(context, batch)).toEqual({
      state: 'final',
      requestId: null,
      accepted: 0,
      rejected: [{ code: 'NO_IDENTIFIER', count: 2 }],
      unknown: 0,
    });
  });

  it('sends the largest batch as one request that Meta takes, in both directions', async () => {
    const { context, emulator, uploads } = await start();
    const most = peopleOfMostKeys(2500);
    const add = await batchFor(context, 'add', most);
    expect(await meta.push(context, add)).toMatchObject({ accepted: 2500, unknown: 0 });
    expect(uploads()).toEqual([7500]);
    expect(emulator.members(add.audience.remoteId)).toEqual(digestsOf(most));

    const remove = await batchFor(context, 'remove', most);
    expect(await meta.push(context, remove)).toMatchObject({ accepted: 2500, unknown: 0 });
    expect(uploads()).toEqual([7500, 10_000]);
    expect(emulator.members(add.audience.remoteId)).toEqual([]);
  });

  it.each(['add', 'remove'] as const)(
    'throws for one person or key more before it sends anything (%s)',
    async (operation) => {
      // Nobody listens here, so that sending first would fail in another way.
      const context = contextFor({ graph: 'http://127.0.0.1:1' }, {});
      const batch = { id: 1n, audience: { remoteId: '1', name: 'A' }, operation };
      const onePersonMore = { ...batch, members: peopleOfMostKeys(2501) };
      await expect(meta.push(context, onePersonMore)).rejects.toThrow(RangeError);
      const most = operation === 'add' ? meta.limits.keysPerKind : meta.limits.keysPerMember;
      const keys = Array.from({ length: most + 1 }, (_, key) => digest(`${key}`));
      const oneKeyMore: Member = { email: [], phone: keys, consent: GRANTED };
      await expect(meta.push(context, { ...batch, members: [oneKeyMore] })).rejects.toThrow(
        RangeError,
      );
    },
  );

  it('rejects the poisonous row alone', async () => {
    const { context, emulator } = await start();
    const members = people(4);
    const poison: Member = {
      email: [digest('x').toUpperCase() as Digest],
      phone: [],
      consent: GRANTED,
    };
    const batch = await batchFor(context, 'add', [...members, poison]);
    expect(await meta.push(context, batch)).toMatchObject({
      accepted: 4,
      rejected: [{ code: 'INVALID_ENTRY', count: 1 }],
      refused: [{ position: 4, code: 'INVALID_ENTRY' }],
      unknown: 0,
    });
    expect(emulator.members(batch.audience.remoteId)).toEqual(digestsOf(members));
  });

  it('knows nobody to be accepted where the samples do not name every invalid row', async () => {
    const { context } = await start();
    const poison = Array.from({ length: 120 }, (_, index): Member => {
      const upper = digest(`x ${index}`).toUpperCase() as Digest;
      return { email: [upper], phone: [], consent: GRANTED };
    });
    const batch = await batchFor(context, 'add', [...people(30), ...poison]);
    expect(await meta.push(context, batch)).toMatchObject({
      accepted: 0,
      rejected: [{ code: 'INVALID_ENTRY', count: 100 }],
      unknown: 50,
      reasons: [{ code: 'INVALID_ENTRY', count: 20 }],
    });
  });

  it('names the person whose key Meta refuses, however good it looks', async () => {
    const { context, emulator } = await start();
    const members = people(3);
    emulator.refuseKey(members[1]?.phone[0] ?? '');
    const batch = await batchFor(context, 'add', members);
    expect(await meta.push(context, batch)).toMatchObject({
      accepted: 2,
      rejected: [{ code: 'INVALID_ENTRY', count: 1 }],
      refused: [{ position: 1, code: 'INVALID_ENTRY' }],
    });
    expect(emulator.members(batch.audience.remoteId)).toEqual(
      digestsOf(members.filter((_, position) => position !== 1)),
    );
  });

  it('says that the audience is gone when it was deleted on Meta', async () => {
    const { context, emulator } = await start();
    const batch = await batchFor(context, 'add', people(1));
    emulator.deleteAudience(batch.audience.remoteId);
    expect(await failureOf(meta.push(context, batch))).toMatchObject({
      kind: 'gone',
      code: '100/33',
    });
    expect(await meta.readMatch(context, batch.audience)).toMatchObject({ reason: 'gone' });
  });

  it('says that the audience is blocked when its name tripped the integrity rules', async () => {
    const { context } = await start({ integrity: /list a/i });
    const audience = await meta.ensureAudience(context, wanted);
    const batch = { id: 1n, audience, operation: 'add', members: people(1) } as const;
    expect(await failureOf(meta.push(context, batch))).toMatchObject({
      kind: 'policy',
      code: '100/1713230',
    });
    expect(await meta.readMatch(context, audience)).toMatchObject({ reason: 'not-reported' });
  });

  it('serves two destinations in one process, each at its own address', async () => {
    const one = await start();
    const two = await start();
    const [first, second] = [people(3), people(6)];
    const batches = [
      await batchFor(one.context, 'add', first),
      await batchFor(two.context, 'add', second),
    ] as const;
    await Promise.all([meta.push(one.context, batches[0]), meta.push(two.context, batches[1])]);
    expect(one.emulator.members(batches[0].audience.remoteId)).toEqual(digestsOf(first));
    expect(two.emulator.members(batches[1].audience.remoteId)).toEqual(digestsOf(second));
  });
});

describe('match figures of Meta', () => {
  it('are a range around the people matched, once Meta has worked through the upload', async () => {
    const { context, world, emulator } = await start();
    const members = people(2000);
    for (const [index, member] of members.slice(0, 1234).entries()) {
      world.population.register('meta', `user ${index}`, digestsOf([member]));
    }
    const batch = await batchFor(context, 'add', members);
    await meta.push(context, batch);
    expect(emulator.matched(batch.audience.remoteId)).toHaveLength(1234);
    expect(await meta.readMatch(context, batch.audience)).toMatchObject({
      kind: 'unknown',
      reason: 'processing',
    });
    world.clock.advance(HOUR);
    expect(await meta.readMatch(context, batch.audience)).toMatchObject({
      kind: 'count',
      lower: 1200,
      upper: 1300,
    });
  });

  it('are unknown, not small, for a list too small to show', async () => {
    const { context, world } = await start();
    const members = people(500);
    const batch = await batchFor(context, 'add', members);
    await meta.push(context, batch);
    world.clock.advance(DAY);
    expect(await meta.readMatch(context, batch.audience)).toMatchObject({ reason: 'too-small' });
    for (const [index, member] of members.entries()) {
      world.population.register('meta', `user ${index}`, digestsOf([member]));
    }
    expect(await meta.readMatch(context, batch.audience)).toMatchObject({ reason: 'too-small' });
  });

  it('are unknown for a list that was never filled', async () => {
    const { context } = await start();
    const audience = await meta.ensureAudience(context, wanted);
    expect(await meta.readMatch(context, audience)).toMatchObject({ reason: 'not-reported' });
  });
});
