import { beforeEach, describe, expect, it } from 'vitest';
import type { Audience, Member } from '../../connectors/connector.ts';
import { x } from '../../connectors/x/index.ts';
import { createEmulator as createXEmulator } from '../../connectors/x/sandbox.ts';
import { GRANTED, UNKNOWN } from '../support/member-consent.ts';
import {
  batchOf,
  DAY,
  digest,
  digestsOf,
  everyKind,
  failure,
  losingFirst,
  people,
  person,
  reopen,
  START,
  useStage,
  wanted,
} from './x-stage.ts';

const stage = useStage();

describe('making the audience', () => {
  it('makes it once and finds it again by the key in its description', async () => {
    const first = await x.ensureAudience(stage.context, wanted);
    const second = await x.ensureAudience(stage.context, wanted);
    expect(second).toEqual(first);
    expect(stage.emulator.audiences()).toEqual([
      { id: first.remoteId, name: 'Autumn list A', account: '18ce54d4x5t' },
    ]);
  });

  it('finds one that was made although the answer was lost', async () => {
    await reopen(stage, losingFirst('/custom_audiences'));
    const lost = await failure(x.ensureAudience(stage.context, wanted));
    expect(lost).toMatchObject({ kind: 'transient', code: 'ECONNRESET' });
    expect(stage.emulator.audiences()).toHaveLength(1);
    expect(await x.ensureAudience(stage.context, wanted)).toMatchObject({ name: wanted.name });
    expect(stage.emulator.audiences()).toHaveLength(1);
  });

  it('finds one past the first page that somebody renamed', async () => {
    for (let index = 0; index < 1001; index += 1) {
      stage.world.journal.append('x', {
        type: 'audience-created',
        at: START.toISOString(),
        id: `a${index}`,
        account: '18ce54d4x5t',
        name: `List ${index}`,
        description:
          index === 1000 ? 'Managed by Rekindle (k-0001)' : 'Managed by Rekindle (k-00010)',
      });
    }
    await reopen(stage, createXEmulator, stage.world);
    expect(await x.ensureAudience(stage.context, wanted)).toEqual({
      remoteId: 'a1000',
      name: 'List 1000',
    });
  });

  it('makes its own beside lists whose names only begin alike', async () => {
    await x.ensureAudience(stage.context, { name: `${wanted.name} (old)`, key: 'k-other' });
    expect(await x.ensureAudience(stage.context, wanted)).toMatchObject({ name: wanted.name });
    expect(stage.emulator.audiences()).toHaveLength(2);
  });

  it('never takes over a list of that name that somebody else made', async () => {
    await x.ensureAudience(stage.context, { ...wanted, name: 'autumn LIST a', key: 'k-other' });
    const taken = await failure(x.ensureAudience(stage.context, wanted));
    expect(taken).toMatchObject({ kind: 'invalid', code: 'NAME_TAKEN' });
    expect(taken.nextStep).toContain('Choose another audience name');
  });

  it('signs names of any language and every reserved sign', async () => {
    const name = "秋のリスト (50%) !*'()&=+ ~";
    expect(await x.ensureAudience(stage.context, { name, key: 'k-2' })).toMatchObject({ name });
    expect(await x.ensureAudience(stage.context, { name, key: 'k-2' })).toMatchObject({ name });
  });
});

describe('filling the audience', () => {
  let audience: Audience;
  beforeEach(async () => {
    audience = await x.ensureAudience(stage.context, wanted);
  });

  it('adds and removes people, and repeating either changes nothing', async () => {
    const members = people(5);
    const receipt = { state: 'final', requestId: null, accepted: 5, rejected: [], unknown: 0 };
    for (let times = 0; times < 2; times += 1) {
      expect(await x.push(stage.context, batchOf(audience, 'add', members))).toEqual(receipt);
      expect(stage.emulator.members(audience.remoteId)).toEqual(digestsOf(members));
    }
    const gone = members.slice(0, 2);
    for (let times = 0; times < 2; times += 1) {
      const removed = await x.push(stage.context, batchOf(audience, 'remove', gone));
      expect(removed).toEqual({ ...receipt, accepted: 2 });
      expect(stage.emulator.members(audience.remoteId)).toEqual(digestsOf(members.slice(2)));
    }
  });

  it('sends nothing for an empty batch', async () => {
    const endpoints = { ads: 'http://127.0.0.1:1' };
    const receipt = await x.push({ ...stage.context, endpoints }, batchOf(audience, 'add', []));
    expect(receipt).toEqual({
      state: 'final',
      requestId: null,
      accepted: 0,
      rejected: [],
      unknown: 0,
    });
  });

  it('knows a person by every kind of key, and by none after the removal', async () => {
    const [ann, bob] = [everyKind('ann'), everyKind('bob')];
    await x.push(stage.context, batchOf(audience, 'add', [ann, bob]));
    expect(stage.emulator.members(audience.remoteId)).toEqual(digestsOf([ann, bob]));
    expect(stage.emulator.members(audience.remoteId)).toContain('customer, ann');
    stage.world.population.register('x', 'user bob', ['customer, bob']);
    expect(stage.emulator.matched(audience.remoteId)).toEqual(['user bob']);
    await x.push(stage.context, batchOf(audience, 'remove', [{ ...ann, email: [], phone: [] }]));
    expect(stage.emulator.members(audience.remoteId)).toEqual(digestsOf([bob]));
    await x.push(stage.context, batchOf(audience, 'remove', [ann, bob]));
    expect(stage.emulator.members(audience.remoteId)).toEqual([]);
    expect(createXEmulator(stage.world).members(audience.remoteId)).toEqual([]);
  });

  it.each(['add', 'remove'] as const)(
    'throws for a key too many before it sends anything (%s)',
    async (operation) => {
      const nowhere = { ...stage.context, endpoints: { ads: 'http://127.0.0.1:1' } };
      const more = { ...everyKind('ann'), email: [digest('a'), digest('b')] };
      const push = x.push(nowhere, batchOf(audience, operation, [more]));
      await expect(push).rejects.toThrow(RangeError);
    },
  );

  it('takes the largest batch, with the most keys each, and throws for one person more', async () => {
    const most = Array.from({ length: x.limits.rows }, (_, index): Member => {
      const keys = (kind: string) =>
        Array.from({ length: x.limits.keysPerKind }, (__, key) => digest(`${kind}${index}.${key}`));
      return { email: keys('e'), phone: keys('p'), consent: UNKNOWN };
    });
    const receipt = await x.push(stage.context, batchOf(audience, 'add', most));
    expect(receipt).toMatchObject({ accepted: x.limits.rows });
    expect(stage.emulator.members(audience.remoteId)).toHaveLength(
      x.limits.rows * 2 * x.limits.keysPerKind,
    );
    const over = [...most, person('one more')];
    await expect(x.push(stage.context, batchOf(audience, 'add', over))).rejects.toThrow(RangeError);
  });

  it('leaves the list as it was when one of the people is poisonous', async () => {
    const poison: Member = { email: [digest('')], phone: [], consent: GRANTED };
    const batch = batchOf(audience, 'add', [...people(3), poison]);
    const refused = await failure(x.push(stage.context, batch));
    expect(refused).toMatchObject({ kind: 'invalid', code: 'INVALID_PARAMETER', status: 400 });
    expect(refused.message).toContain('SHA-256 of the empty string');
    expect(stage.emulator.members(audience.remoteId)).toEqual([]);
  });

  it('calls counts that differ from what was sent transient', async () => {
    for (const data of [
      { success_count: 2, total_count: 3 },
      { success_count: 2, total_count: 2 },
      { success_count: 4, total_count: 4 },
      { success_count: 3, total_count: 4 },
    ]) {
      stage.server.inject({
        kind: 'answer',
        platform: 'x',
        path: '/users',
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ data }),
      });
      const mismatch = await failure(x.push(stage.context, batchOf(audience, 'add', people(3))));
      expect(mismatch).toMatchObject({ kind: 'transient', code: 'COUNT_MISMATCH' });
    }
  });

  it('may send a batch again whose answer was lost', async () => {
    const batch = batchOf(audience, 'add', people(3));
    stage.server.inject({ kind: 'lose-answer', platform: 'x', path: '/users' });
    expect(await failure(x.push(stage.context, batch))).toMatchObject({ kind: 'transient' });
    expect(await x.push(stage.context, batch)).toMatchObject({ accepted: 3 });
    expect(stage.emulator.members(audience.remoteId)).toEqual(digestsOf(batch.members));
  });

  it('says gone for an audience that was deleted on X', async () => {
    stage.emulator.deleteAudience(audience.remoteId);
    const refused = await failure(x.push(stage.context, batchOf(audience, 'add', people(1))));
    expect(refused).toMatchObject({ kind: 'gone', code: 'NOT_FOUND', status: 404 });
    expect(stage.emulator.members(audience.remoteId)).toEqual([]);
  });

  it('lets members lapse after the lifetime in its limits', async () => {
    await x.push(stage.context, batchOf(audience, 'add', people(2)));
    stage.world.clock.advance((x.limits.memberLifetimeDays ?? 0) * DAY - 1000);
    expect(stage.emulator.members(audience.remoteId)).toHaveLength(4);
    stage.world.clock.advance(1000);
    expect(stage.emulator.members(audience.remoteId)).toEqual([]);
  });

  it('keeps its list when the emulator starts again over the same journal', async () => {
    const members = people(4);
    await x.push(stage.context, batchOf(audience, 'add', members));
    await x.push(stage.context, batchOf(audience, 'remove', members.slice(3)));
    const again = createXEmulator(stage.world);
    expect(again.members(audience.remoteId)).toEqual(digestsOf(members.slice(0, 3)));
    expect(again.audiences()).toEqual(stage.emulator.audiences());
  });

  it.each([
    ['the whole person, as X’s guide says', {}, false],
    ['the named key alone where told to', { deleteMatches: 'digest' }, true],
  ] as const)('takes off %s, on a Delete by one key', async (_, options, keepsPhone) => {
    await reopen(stage, (world) => createXEmulator(world, options));
    audience = await x.ensureAudience(stage.context, wanted);
    const [first, second] = [person('a'), person('b')];
    await x.push(stage.context, batchOf(audience, 'add', [first, second]));
    await x.push(stage.context, batchOf(audience, 'remove', [{ ...first, phone: [] }]));
    expect(stage.emulator.members(audience.remoteId)).toEqual(
      digestsOf(keepsPhone ? [{ ...first, email: [] }, second] : [second]),
    );
  });
});
