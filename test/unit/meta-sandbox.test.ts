import { describe, expect, it } from 'vitest';
import { createEmulator as createMetaEmulator } from '../../connectors/meta/sandbox.ts';
import { sizeBounds } from '../../connectors/meta/sandbox/read.ts';
import { Created, digest, refused, sandbox, upload } from '../support/meta-emulator.ts';

describe('the Meta emulator refuses', () => {
  it('a wrong token, an expired version, another account, an unknown audience', async () => {
    const { emulator, request } = sandbox();
    expect(await refused(emulator.app.request('/v26.0/act_1234567890?access_token=no'))).toBe(
      '190',
    );
    expect(await refused(request('act_1234567890', {}, 'v24.0'))).toBe('2635');
    expect(await refused(request('act_2'))).toBe('100/33');
    expect(await refused(request('act_2/customaudiences'))).toBe('100/33');
    expect(await refused(request('777'))).toBe('100/33');
    expect(await refused(request('777/adsets'))).toBe('100');
  });

  it('a list without its file source, one past 500, and any before the terms are accepted', async () => {
    const { post, create } = sandbox();
    const path = 'act_1234567890/customaudiences';
    expect(await refused(post(path, { name: 'A', subtype: 'CUSTOM' }))).toBe('100');
    for (let made = 0; made < 500; made += 1) await create(`List ${made}`);
    const full = { name: 'A', subtype: 'CUSTOM', customer_file_source: 'USER_PROVIDED_ONLY' };
    expect(await refused(post(path, full))).toBe('2654');
    expect(await refused(sandbox({ termsAccepted: false }).post(path, full))).toBe('200/1870090');
    expect(await refused(sandbox({ permissions: [] }).post(path, full))).toBe('294');
  });

  it('rows that do not fit the schema, too many rows, and the digest of nothing', async () => {
    const { post, create, emulator } = sandbox();
    const path = `${await create()}/users`;
    expect(await refused(post(path, upload([[digest('a')]])))).toBe('100');
    const tooMany = Array.from({ length: 10_001 }, () => [digest('a'), '']);
    expect(await refused(post(path, upload(tooMany)))).toBe('1/99');
    expect(await refused(post(path, upload([[digest(''), '']])))).toBe('100');
    const foreign = { payload: { schema: ['EMAIL', 'SHOE'], data: [] } };
    expect(await refused(post(path, foreign))).toBe('100');
    expect(await refused(post(path, {}))).toBe('100');
    expect(emulator.members(path.replace('/users', ''))).toEqual([]);
  });

  it('another kind of data than the first upload had', async () => {
    const { post, create } = sandbox();
    const path = `${await create()}/users`;
    await post(path, upload([[digest('a'), '']]));
    const flat = { payload: { schema: 'EMAIL_SHA256', data: [digest('b')] } };
    expect(await refused(post(path, flat))).toBe('2650');
  });

  it('a session that starts late, changes its schema or belongs to another list', async () => {
    const { post, create } = sandbox();
    const [one, two] = [await create('One'), await create('Two')];
    const session = (batch_seq: number) => ({ session_id: 9, batch_seq, last_batch_flag: false });
    const rows = [[digest('a'), '']];
    expect(await refused(post(`${one}/users`, upload(rows, session(2))))).toBe('100');
    await post(`${one}/users`, upload(rows, session(1)));
    expect(await refused(post(`${two}/users`, upload(rows, session(1))))).toBe('100');
    const other = { payload: { schema: ['PHONE', 'EMAIL'], data: rows }, session: session(2) };
    expect(await refused(post(`${one}/users`, other))).toBe('100');
  });

  it('a removal below the floor, and everything in an address too long to carry', async () => {
    const { post, create, request } = sandbox({ removalFloor: 2 });
    const path = `${await create()}/users`;
    const rows = [
      [digest('a'), ''],
      [digest('b'), ''],
    ];
    await post(path, upload(rows));
    const removal = { ...upload(rows.slice(0, 1)), method: 'DELETE' };
    expect(await refused(post(path, removal))).toBe('200/1870047');
    const answer = await request(`${path}/${'x'.repeat(17_000)}`, { method: 'DELETE' });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      414,
      expect.stringContaining('html'),
    ]);
  });
});

describe('the Meta emulator and the columns of an upload', () => {
  const MADID = '4b61639e-47cc-4056-a16a-c8217e029462';
  const table = (schema: readonly string[], ...data: readonly (readonly unknown[])[]) => ({
    payload: { schema, data },
  });
  const options = (...cells: readonly unknown[]) =>
    table(
      [
        'EMAIL',
        'DATA_PROCESSING_OPTIONS',
        'DATA_PROCESSING_OPTIONS_COUNTRY',
        'DATA_PROCESSING_OPTIONS_STATE',
      ],
      [digest('a'), ...cells],
    );

  it.each<[string, object]>([
    ['a column named twice', table(['EMAIL', 'EMAIL'], [digest('a'), digest('b')])],
    ['an option that is none', options(['LDV'], 1, 1000)],
    ['an option as text', options('LDU', 1, 1000)],
    ['an unknown country', options(['LDU'], 2, 1000)],
    ['a country as text', options(['LDU'], '1', 1000)],
    ['a state as text', options(['LDU'], 1, '1000')],
    ['a state that is none', options(['LDU'], 1, 7)],
    ['a state without its option', table(['EMAIL', 'DATA_PROCESSING_OPTIONS_STATE'], ['', 0])],
    ['a limit in a removal', { ...options([], 0, 0), method: 'DELETE' }],
    ['a number for an id', table(['EXTERN_ID'], [7])],
    ['a list for an id', table(['EXTERN_ID'], [['c-1']])],
  ])('refuses %s', async (_, body) => {
    const { post, create, emulator } = sandbox();
    const id = await create();
    expect(await refused(post(`${id}/users`, body))).toBe('100');
    expect(emulator.members(id)).toEqual([]);
  });

  it('takes limited data use with state, by geolocation, and denied', async () => {
    const { post, create, emulator } = sandbox();
    const id = await create();
    for (const cells of [
      [['LDU'], 1, 1000],
      [['LDU'], 0, 0],
      [[], 0, 0],
    ]) {
      const answer = await post(`${id}/users`, options(...cells));
      expect(await answer.json()).toMatchObject({ num_received: 1, num_invalid_entries: 0 });
    }
    expect(emulator.members(id)).toEqual([digest('a')]);
  });

  it('counts wrong values as invalid entries, each with the value as its sample', async () => {
    const { post, create, emulator } = sandbox();
    const id = await create();
    const schema = ['EMAIL', 'MADID', 'EXTERN_ID', 'FN'];
    const body = table(
      schema,
      ['', MADID, 'c-1', digest('fn')],
      ['', MADID.toUpperCase(), '', ''],
      ['', digest(MADID), '', ''],
      ['', '', ' ', ''],
      [digest('a'), '', '', 'taro'],
      ['', '', '', ''],
    );
    const answer = await post(`${id}/users`, body);
    expect(await answer.json()).toMatchObject({
      num_received: 6,
      num_invalid_entries: 5,
      invalid_entry_samples: {
        '0': MADID.toUpperCase(),
        '1': digest(MADID),
        '2': ' ',
        '3': 'taro',
        '4': '',
      },
    });
    expect(emulator.members(id)).toEqual([MADID, 'c-1']);
  });

  it('finds nobody by a profile, neither to add nor to remove', async () => {
    const { post, create, emulator } = sandbox();
    const id = await create();
    const profile = [digest('fn'), digest('ln'), digest('zip')];
    await post(`${id}/users`, table(['FN', 'LN', 'ZIP'], profile));
    expect(emulator.members(id)).toEqual([]);
    const full = table(['EMAIL', 'FN', 'LN', 'ZIP'], [digest('a'), ...profile]);
    await post(`${id}/users`, full);
    await post(`${id}/users`, { ...table(['FN', 'LN', 'ZIP'], profile), method: 'DELETE' });
    await post(`${id}/users`, { ...full, method: 'DELETE' });
    expect(emulator.members(id)).toEqual([digest('a')]);
    await post(`${id}/users`, { ...table(['EMAIL'], [digest('a')]), method: 'DELETE' });
    expect(emulator.members(id)).toEqual([]);
  });

  it("removes by an advertiser's id only within 90 days of when it last came along", async () => {
    const { world, post, create, emulator } = sandbox();
    const id = await create();
    const add = table(['EXTERN_ID'], ['c-1']);
    const remove = { ...add, method: 'DELETE' };
    const day = 24 * 60 * 60_000;
    await post(`${id}/users`, add);
    world.clock.advance(90 * day + 1);
    await post(`${id}/users`, remove);
    expect(createMetaEmulator(world).members(id)).toEqual(['c-1']);
    await post(`${id}/users`, add);
    world.clock.advance(90 * day);
    await post(`${id}/users`, remove);
    expect(emulator.members(id)).toEqual([]);
  });
});

describe('the Meta emulator', () => {
  it('discards what comes into a session after 90 minutes', async () => {
    const { world, post, create, emulator } = sandbox();
    const id = await create();
    const session = { session_id: 9, batch_seq: 1, last_batch_flag: false };
    await post(`${id}/users`, upload([[digest('a'), '']], session));
    world.clock.advance(91 * 60_000);
    const late = await post(
      `${id}/users`,
      upload([[digest('b'), '']], { ...session, batch_seq: 2 }),
    );
    expect(await late.json()).toMatchObject({ session_id: '9', num_received: 1 });
    expect(emulator.members(id)).toEqual([digest('a')]);
  });

  it('takes a form with JSON in strings and a real DELETE, as curl sends them', async () => {
    const { request, create, emulator } = sandbox();
    const id = await create();
    const form = (method: string) => ({
      method,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        payload: JSON.stringify({ schema: ['EMAIL'], data: [[digest('a')]] }),
      }).toString(),
    });
    await request(`${id}/users`, form('POST'));
    expect(emulator.members(id)).toEqual([digest('a')]);
    await request(`${id}/users`, form('DELETE'));
    expect(emulator.members(id)).toEqual([]);
  });

  it('is the same again after a restart, from its journal alone', async () => {
    const { world, post, create, emulator, request } = sandbox();
    const [kept, deleted] = [await create('Kept'), await create('Deleted')];
    const session = { session_id: 9, batch_seq: 1, last_batch_flag: true };
    await post(`${kept}/users`, upload([[digest('a'), digest('b')]], session));
    await post(`${kept}/users`, { ...upload([['', digest('b')]]), method: 'DELETE' });
    await request(deleted, { method: 'DELETE' });
    const again = createMetaEmulator(world);
    expect(again.audiences()).toEqual(emulator.audiences());
    expect(again.members(kept)).toEqual([digest('a')]);
    const next = await again.app.request(
      `/v26.0/act_1234567890/customaudiences?access_token=${again.credentials['accessToken']}`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"name":"C","subtype":"CUSTOM","customer_file_source":"USER_PROVIDED_ONLY"}',
      },
    );
    const { id } = Created.parse(await next.json());
    expect([kept, deleted]).not.toContain(id);
  });

  it('lets calls through again when the hour has passed, counting the refused call, and says when', async () => {
    const { world, request } = sandbox({ callsPerHour: 2 });
    const usage = async () =>
      (await request('me/permissions')).headers.get('x-business-use-case-usage') ?? '';
    await usage();
    world.clock.advance(20 * 60_000);
    expect(await usage()).toContain('"call_count":100');
    expect(await usage()).toContain('"estimated_time_to_regain_access":60');
    world.clock.advance(61 * 60_000);
    expect((await request('me/permissions')).status).toBe(200);
  });

  it('shows a size only as a rounded range, and none for few people', () => {
    expect(sizeBounds(99)).toEqual([-1, -1]);
    expect(sizeBounds(100)).toEqual([1000, 1000]);
    expect(sizeBounds(1000)).toEqual([1000, 1100]);
    expect(sizeBounds(123_456)).toEqual([120_000, 130_000]);
  });
});
