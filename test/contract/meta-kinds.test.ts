/** Every kind of key, profiles and limited data use: the Meta connector against its emulator. */
import { describe, expect, it } from 'vitest';
import type { Member } from '../../connectors/connector.ts';
import { createEmulator as createMetaEmulator } from '../../connectors/meta/sandbox.ts';
import { meta } from '../../connectors/meta/index.ts';
import { GRANTED } from '../support/member-consent.ts';
import {
  HOUR,
  batchFor,
  contextFor,
  digest,
  digestsOf,
  everyKind,
  people,
  start,
} from '../support/meta-destination.ts';

const ann = everyKind('ann');

describe('a person with every kind of key on Meta', () => {
  it('is on the list under each of them, and under none after the removal', async () => {
    const { context, emulator, world } = await start();
    const [bob] = people(1);
    const others = bob === undefined ? [] : [bob];
    const add = await batchFor(context, 'add', [ann, ...others]);
    const { remoteId } = add.audience;
    expect(await meta.push(context, add)).toMatchObject({ accepted: 2, rejected: [], unknown: 0 });
    expect(emulator.members(remoteId)).toEqual(digestsOf([ann, ...others]));
    expect(emulator.members(remoteId)).toContain('customer ann');
    expect(emulator.members(remoteId)).not.toContain(ann.profile?.FN);
    expect(createMetaEmulator(world).members(remoteId)).toEqual(emulator.members(remoteId));

    const remove = await batchFor(context, 'remove', [ann]);
    expect(await meta.push(context, remove)).toMatchObject({ accepted: 1, unknown: 0 });
    expect(emulator.members(remoteId)).toEqual(digestsOf(others));
    await meta.push(context, await batchFor(context, 'remove', others));
    expect(emulator.members(remoteId)).toEqual([]);
  });

  it('keeps the keys that a removal does not name', async () => {
    const { context, emulator } = await start();
    const add = await batchFor(context, 'add', [ann]);
    await meta.push(context, add);
    const named: Member = { email: [], phone: [], externalId: ['customer ann'], consent: GRANTED };
    await meta.push(context, await batchFor(context, 'remove', [named]));
    expect(emulator.members(add.audience.remoteId)).toEqual(
      digestsOf([{ ...ann, externalId: [] }]),
    );
  });

  it('is found by a key that Meta knows, and by no other', async () => {
    const { context, emulator, world } = await start();
    const add = await batchFor(context, 'add', [ann, everyKind('bob')]);
    world.population.register('meta', 'user ann', ['customer ann']);
    world.population.register('meta', 'user bob', [digest('first name of bob')]);
    await meta.push(context, add);
    world.clock.advance(HOUR);
    expect(emulator.matched(add.audience.remoteId)).toEqual(['user ann']);
  });

  it('goes with one key and a profile to people of other keys, in one request', async () => {
    const { context, emulator, uploads } = await start();
    const members: Member[] = [
      { email: [], phone: [], mobileId: ann.mobileId ?? [], consent: GRANTED },
      { ...everyKind('bob'), mobileId: [], externalId: [] },
      { email: [], phone: [], externalId: ['c-1', 'c-2'], consent: GRANTED },
    ];
    const add = await batchFor(context, 'add', members);
    expect(await meta.push(context, add)).toMatchObject({ accepted: 3, unknown: 0 });
    expect(emulator.members(add.audience.remoteId)).toEqual(digestsOf(members));
    await meta.push(context, await batchFor(context, 'remove', members));
    expect(emulator.members(add.audience.remoteId)).toEqual([]);
    expect(uploads()).toEqual([4, 5]);
  });

  it('may be sent in the largest batch that the limits allow, and taken off again', async () => {
    const { context, emulator, uploads } = await start();
    const most = Array.from({ length: meta.limits.rows }, (_, index) => everyKind(`p${index}`));
    const add = await batchFor(context, 'add', most);
    expect(await meta.push(context, add)).toMatchObject({ accepted: 2500, unknown: 0 });
    expect(emulator.members(add.audience.remoteId)).toEqual(digestsOf(most));
    await meta.push(context, await batchFor(context, 'remove', most));
    expect(uploads()).toEqual([2500, 10_000]);
    expect(emulator.members(add.audience.remoteId)).toEqual([]);
  });

  it('loses as many keys of one kind in a removal as the ledger may hold', async () => {
    const { context, emulator } = await start();
    const ids = ['c-1', 'c-2', 'c-3', 'c-4'];
    const withIds = (externalId: readonly string[]): Member => ({
      email: [],
      phone: [],
      externalId,
      consent: GRANTED,
    });
    const add = await batchFor(context, 'add', [ids.slice(0, 2), ids.slice(2)].map(withIds));
    await meta.push(context, add);
    expect(emulator.members(add.audience.remoteId)).toEqual(ids);
    const removal = await meta.push(context, await batchFor(context, 'remove', [withIds(ids)]));
    expect(removal).toMatchObject({ accepted: 1, unknown: 0 });
    expect(emulator.members(add.audience.remoteId)).toEqual([]);
  });

  it.each(['add', 'remove'] as const)(
    'with one key more throws before anything is sent (%s)',
    async (operation) => {
      const context = contextFor({ graph: 'http://127.0.0.1:1' }, {});
      const members = [{ ...ann, email: [...ann.email, digest('one more')] }];
      const audience = { remoteId: '1', name: 'A' };
      const push = meta.push(context, { id: 1n, audience, operation, members });
      await expect(push).rejects.toThrow(RangeError);
    },
  );
});

describe('limited data use on Meta', () => {
  it('goes along when people are added, and is left out of their removal', async () => {
    const { context, emulator, world } = await start();
    const limited = { ...ann, consent: { ...GRANTED, limitedUseState: 1000 } };
    const add = await batchFor(context, 'add', [limited, ...people(2)]);
    expect(await meta.push(context, add)).toMatchObject({ accepted: 3, unknown: 0 });
    expect(await meta.push(context, add)).toMatchObject({ accepted: 3, unknown: 0 });
    await meta.push(context, await batchFor(context, 'remove', [limited, ...people(2)]));
    expect(emulator.members(add.audience.remoteId)).toEqual([]);
    const schemas = [...world.journal.replay('meta')].flatMap(({ schema }) => schema ?? []);
    const added =
      'EMAIL,PHONE,MADID,EXTERN_ID,FN,LN,COUNTRY,DATA_PROCESSING_OPTIONS,' +
      'DATA_PROCESSING_OPTIONS_COUNTRY,DATA_PROCESSING_OPTIONS_STATE';
    expect(schemas).toEqual([added, added, 'EMAIL,PHONE,MADID,EXTERN_ID']);
  });
});
