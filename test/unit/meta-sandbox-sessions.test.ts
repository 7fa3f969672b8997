/** Upload and replace sessions of the Meta emulator, as another client would meet them. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createEmulator } from '../../connectors/meta/sandbox.ts';
import type { MetaSandboxOptions } from '../../connectors/meta/sandbox.ts';
import { digest, refused, sandbox, upload } from '../support/meta-emulator.ts';

const MINUTE = 60_000;
const rows = (...names: string[]) => names.map((name) => [digest(name), '']);
const part = (session_id: number, batch_seq: number, last_batch_flag: boolean) => ({
  session_id,
  batch_seq,
  last_batch_flag,
});
const members = (...names: string[]) => names.map(digest).sort();

/** A list with "old" on it, and its state as Meta gives it. */
async function filled(options: MetaSandboxOptions = {}) {
  const stage = sandbox(options);
  const id = await stage.create();
  await stage.post(`${id}/users`, upload(rows('old')));
  const Status = z.object({ operation_status: z.object({ code: z.int() }) });
  const status = async () => {
    const answer = await stage.request(`${id}?fields=operation_status`);
    return Status.parse(await answer.json()).operation_status.code;
  };
  const replace = (names: string[], session: object) =>
    stage.post(`${id}/usersreplace`, upload(rows(...names), session));
  return { ...stage, id, status, replace };
}

describe('a replace session of the Meta emulator', () => {
  it('runs from 200 over 414 to 200, and changes the list at its end alone', async () => {
    const { emulator, id, status, replace, world } = await filled();
    expect(await status()).toBe(200);
    await replace(['a'], part(7, 1, false));
    expect(await status()).toBe(414);
    expect(emulator.members(id)).toEqual(members('old'));
    const answer = await replace(['b', 'c'], part(7, 2, true));
    expect(await answer.json()).toEqual({
      audience_id: id,
      session_id: '7',
      num_received: 3,
      num_invalid_entries: 0,
      invalid_entry_samples: {},
    });
    expect(emulator.members(id)).toEqual(members('a', 'b', 'c'));
    expect(await status()).toBe(414);
    world.clock.advance(MINUTE);
    expect(await status()).toBe(200);
  });

  it('keeps what came when its 90 minutes are over, and 415 until another one ends', async () => {
    const { emulator, id, status, replace, world } = await filled({ replaceAfterFailure: true });
    await replace(['a'], part(7, 1, false));
    world.clock.advance(90 * MINUTE);
    expect(await status()).toBe(414);
    world.clock.advance(1);
    expect(await status()).toBe(415);
    expect(emulator.members(id)).toEqual(members('a'));
    expect(await refused(replace(['b'], part(7, 2, true)))).toBe('2650/1870158');
    const again = createEmulator(world);
    expect(again.members(id)).toEqual(members('a'));
    await replace(['b'], part(8, 1, true));
    expect(emulator.members(id)).toEqual(members('b'));
    world.clock.advance(MINUTE);
    expect(await status()).toBe(200);
    expect(createEmulator(world).members(id)).toEqual(members('b'));
  });

  it('refuses its first part twice, a later one before it, any after its end, and a second session', async () => {
    const { post, id, replace } = await filled();
    expect(await refused(replace(['a'], part(7, 2, false)))).toBe('2650/1870147');
    await replace(['a'], part(7, 1, false));
    expect(await refused(replace(['a'], part(7, 1, false)))).toBe('2650/1870145');
    expect(await refused(replace(['a'], part(8, 1, false)))).toBe('2650/1870145');
    expect(await refused(replace(['a'], part(8, 2, false)))).toBe('2650/1870147');
    expect(await refused(post(`${id}/users`, upload(rows('x'))))).toBe('2650/1870145');
    await replace(['b'], part(7, 2, true));
    expect(await refused(replace(['b'], part(7, 2, true)))).toBe('2650/1870159');
    expect(await refused(replace(['a'], part(7, 1, false)))).toBe('2650/1870159');
  });

  it('has the size of the new list once it is worked through, and not of both', async () => {
    const { id, post, request, replace, world } = await filled();
    const names = (from: number) => Array.from({ length: 1500 }, (_, n) => `${from + n}`);
    for (const name of names(0)) world.population.register('meta', name, [digest(name)]);
    const Size = z.object({ approximate_count_lower_bound: z.int() });
    const size = async () => {
      world.clock.advance(24 * 60 * MINUTE);
      const answer = await request(`${id}?fields=approximate_count_lower_bound`);
      return Size.parse(await answer.json()).approximate_count_lower_bound;
    };
    await post(`${id}/users`, upload(rows(...names(0))));
    expect(await size()).toBe(1500);
    await replace(names(300), part(7, 1, true));
    expect(await size()).toBe(1200);
  });

  it('begins in no other state than normal, nor on too large a list, nor without a session', async () => {
    const { post, create, replace, id } = await filled({ mostReplaced: 1 });
    const empty = await create();
    const first = upload(rows('a'), part(7, 1, true));
    expect(await refused(post(`${empty}/usersreplace`, first))).toBe('100');
    expect(await refused(post(`${id}/usersreplace`, upload(rows('a'))))).toBe('100');
    expect(await refused(replace(['a'], part(7, 1, true)))).toBe('2650/1870144');
    const flagged = await filled({ integrity: /nobody/ });
    const blocked = await flagged.create('nobody');
    expect(await refused(flagged.post(`${blocked}/usersreplace`, first))).toBe('100/1713230');
    const failed = await filled();
    await failed.replace(['a'], part(7, 1, false));
    failed.world.clock.advance(91 * MINUTE);
    expect(await refused(failed.replace(['a'], part(8, 1, true)))).toBe('100');
  });

  it.each([true, false])(
    'that failed leaves people to be added and removed only where the option says so (%s)',
    async (changesAfterFailure) => {
      const { post, replace, world, id } = await filled({ changesAfterFailure });
      await replace(['a'], part(7, 1, false));
      world.clock.advance(91 * MINUTE);
      const answer = await post(`${id}/users`, upload(rows('b')));
      expect(answer.ok).toBe(changesAfterFailure);
    },
  );

  it('is refused with the number of a US state that nobody documented', async () => {
    const { post, id } = await filled();
    const columns = ['', '_COUNTRY', '_STATE'].map((end) => `DATA_PROCESSING_OPTIONS${end}`);
    const send = (state: number) =>
      post(`${id}/users`, {
        payload: { schema: ['EMAIL', ...columns], data: [[digest('a'), ['LDU'], 1, state]] },
      });
    expect((await send(1000)).status).toBe(200);
    expect((await send(0)).status).toBe(200);
    expect(await refused(send(1001))).toBe('100');
  });

  it('keeps its schema, its audience and its edge', async () => {
    const { post, create, replace, id } = await filled();
    await replace(['a'], part(7, 1, false));
    const other = { payload: { schema: ['EMAIL'], data: [[digest('b')]] } };
    const second = { ...other, session: part(7, 2, true) };
    expect(await refused(post(`${id}/usersreplace`, second))).toBe('100');
    const elsewhere = await create();
    const same = upload(rows('b'), part(7, 2, true));
    expect(await refused(post(`${elsewhere}/users`, same))).toBe('100');
    expect(await refused(post(`${elsewhere}/usersreplace`, same))).toBe('100');
  });
});

describe('an upload session of the Meta emulator', () => {
  it('takes no batch that leaves a gap, and none but its own again once it has ended', async () => {
    const { post, id } = await filled();
    const send = (seq: number, last: boolean) =>
      post(`${id}/users`, upload(rows('a'), part(7, seq, last)));
    await send(1, false);
    expect(await refused(send(3, false))).toBe('100');
    await send(2, true);
    expect(await refused(send(3, true))).toBe('100');
    expect(await (await send(2, true)).json()).toMatchObject({ num_received: 3 });
  });

  it('is told of in strings alone, by its id, and an unknown one as nothing', async () => {
    const { post, request, id } = await filled();
    const big = '653573199724136401';
    await post(`${id}/users`, {
      ...upload([
        [digest('a'), ''],
        ['bad', ''],
      ]),
      session: { ...part(1, 1, true), session_id: big },
    });
    const told = async (query: string) => (await request(`${id}/sessions${query}`)).json();
    expect(await told(`?session_id=${big}`)).toEqual({
      data: [
        {
          session_id: big,
          start_time: '1795219200',
          end_time: '0',
          num_received: '2',
          num_matched: '-1',
          num_invalid_entries: '1',
          progress: '0',
          stage: 'uploading',
        },
      ],
    });
    expect(await told('?session_id=5')).toEqual({ data: [] });
    expect(await told(`?session_id=${big}&fields=num_received`)).toEqual({
      data: [{ num_received: '2' }],
    });
    expect(await refused(request(`${id}/sessions?fields=size`))).toBe('100');
    expect(await refused(request('777/sessions'))).toBe('100/33');
  });

  it.each([
    ['no rows', upload([])],
    ['a misspelt field of a session', upload(rows('a'), { ...part(7, 1, true), batch: 1 })],
    ['a session without its end flag', upload(rows('a'), { session_id: 7, batch_seq: 1 })],
    ['a session numbered from 0', upload(rows('a'), part(7, 0, true))],
    ['a misspelt field of a payload', { payload: { ...upload(rows('a')).payload, row: 1 } }],
  ])('is refused with %s', async (_, body) => {
    const { post, emulator, id } = await filled();
    expect(await refused(post(`${id}/users`, body))).toBe('100');
    expect(emulator.members(id)).toEqual(members('old'));
  });
});
