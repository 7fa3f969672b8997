/** Who gets into the Meta emulator, what it tells of tokens and fields, and its controls. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MISHAPS } from '../../connectors/sandbox/emulator.ts';
import { createEmulator } from '../../connectors/meta/sandbox.ts';
import { digest, refused, sandbox, upload } from '../support/meta-emulator.ts';

const ACCOUNT = 'act_1234567890';
const TOKEN = 'EAASandboxMetaToken';
const START = new Date('2026-11-21T00:00:00Z');

describe('the door of the Meta emulator', () => {
  it('wants the right proof where the app requires one, on every path, and none where it has no secret', async () => {
    const { request, emulator } = sandbox({ appSecret: 'shh' });
    const proof = createHmac('sha256', 'shh').update(TOKEN).digest('hex');
    expect(emulator.credentials).toEqual({ accessToken: TOKEN, appSecret: 'shh' });
    for (const path of [ACCOUNT, 'me/permissions', `debug_token?input_token=${TOKEN}`]) {
      const and = path.includes('?') ? '&' : '?';
      expect(await refused(request(path))).toBe('100');
      expect(await refused(request(`${path}${and}appsecret_proof=${digest('x')}`))).toBe('100');
      expect((await request(`${path}${and}appsecret_proof=${proof}`)).status).toBe(200);
    }
    expect(await refused(sandbox().request(`${ACCOUNT}?appsecret_proof=${proof}`))).toBe('100');
  });

  it('shuts when the token ends, and says so', async () => {
    const { request, world } = sandbox({ tokenEndsAt: new Date(START.getTime() + 1000) });
    expect((await request(ACCOUNT)).status).toBe(200);
    world.clock.advance(1000);
    expect(await refused(request(ACCOUNT))).toBe('190/463');
  });

  it('refuses versions past their end or upgrades them with a warning, and knows no others', async () => {
    expect(await refused(sandbox().request(ACCOUNT, {}, 'v24.0'))).toBe('2635');
    const upgrading = sandbox({ oldVersions: 'upgraded' });
    const old = await upgrading.request(ACCOUNT, {}, 'v24.0');
    expect(old.status).toBe(200);
    expect(old.headers.get('x-ad-api-version-warning')).toContain('v26.0');
    const current = await upgrading.request(ACCOUNT);
    expect(current.headers.get('x-ad-api-version-warning')).toBeNull();
    for (const version of ['v99.0', 'v27.0', 'latest']) {
      expect(await refused(upgrading.request(ACCOUNT, {}, version))).toBe('2635');
    }
  });

  it('tells of its own token until when it works, of others that they do not, or nothing', async () => {
    const ends = { tokenEndsAt: new Date('2027-01-01T00:00:00Z'), dataAccessEndsAt: null };
    const { request } = sandbox(ends);
    const told = async (token: string) =>
      (await request(`debug_token?input_token=${token}`)).json();
    expect(await told(TOKEN)).toMatchObject({
      data: { is_valid: true, expires_at: 1798761600, data_access_expires_at: 0 },
    });
    expect(await told('other')).toEqual({ data: { is_valid: false } });
    expect(await refused(request('debug_token'))).toBe('100');
    const silent = sandbox({ mayDebugToken: false });
    expect(await refused(silent.request(`debug_token?input_token=${TOKEN}`))).toBe('100');
  });

  it('lets nobody write whose user may only look', async () => {
    const { post } = sandbox({ tasks: ['ANALYZE'] });
    const list = { name: 'A', subtype: 'CUSTOM', customer_file_source: 'USER_PROVIDED_ONLY' };
    expect(await refused(post(`${ACCOUNT}/customaudiences`, list))).toBe('200');
  });
});

describe('what the Meta emulator shows', () => {
  it('is no field that it does not have', async () => {
    const { request, create } = sandbox();
    const id = await create();
    expect(await refused(request(`${id}?fields=id,size`))).toBe('100');
    expect(await refused(request(`${ACCOUNT}?fields=shoe`))).toBe('100');
    expect(await refused(request(`${ACCOUNT}/customaudiences?fields=shoe`))).toBe('100');
  });

  it('is the data source that an audience is locked to, and who may edit it', async () => {
    const { request, post, create } = sandbox();
    const id = await create();
    const fields = 'data_source,permission_for_actions,is_value_based,customer_file_source';
    const shown = async () => (await request(`${id}?fields=${fields}`)).json();
    expect(await shown()).toMatchObject({ data_source: { type: 'FILE_IMPORTED' } });
    await post(`${id}/users`, upload([[digest('a'), '']]));
    expect(await shown()).toEqual({
      id,
      data_source: { type: 'FILE_IMPORTED', sub_type: 'MULTI_HASHES' },
      permission_for_actions: { can_edit: true, can_see_insight: true, can_share: false },
      is_value_based: false,
      customer_file_source: 'USER_PROVIDED_ONLY',
    });
  });

  it('is an audience that its rules flag, by a name they know', async () => {
    const { request, post, create } = sandbox();
    const id = await create('High income');
    const shown = await request(`${id}?fields=operation_status,fields_violating_integrity_policy`);
    expect(await shown.json()).toMatchObject({
      operation_status: { code: 471 },
      fields_violating_integrity_policy: ['name'],
    });
    expect(await refused(post(`${id}/users`, upload([[digest('a'), '']])))).toBe('100/1713230');
  });

  it.each([
    [180, true],
    [1, true],
    [181, false],
    [0, false],
  ])('keeps people for %i days: %s', async (retention_days, ok) => {
    const { post } = sandbox();
    const list = { name: 'A', subtype: 'CUSTOM', customer_file_source: 'USER_PROVIDED_ONLY' };
    const answer = await post(`${ACCOUNT}/customaudiences`, { ...list, retention_days });
    expect(answer.ok).toBe(ok);
  });

  it('takes no rule for a customer list', async () => {
    const { post } = sandbox();
    const list = { name: 'A', subtype: 'CUSTOM', customer_file_source: 'USER_PROVIDED_ONLY' };
    expect(await refused(post(`${ACCOUNT}/customaudiences`, { ...list, rule: '{}' }))).toBe('2654');
  });
});

describe('the controls of the Meta emulator', () => {
  it('refuse a key from now on, in samples, also after a restart', async () => {
    const { world, emulator, post, create } = sandbox();
    const id = await create();
    const rows = [
      [digest('a'), ''],
      [digest('b'), ''],
    ];
    emulator.refuseKey(digest('b'));
    const answer = await post(`${id}/users`, upload(rows));
    expect(await answer.json()).toMatchObject({
      num_received: 2,
      num_invalid_entries: 1,
      invalid_entry_samples: { '0': digest('b') },
    });
    expect(createEmulator(world).members(id)).toEqual([digest('a')]);
  });

  it('delete an audience as a person would', async () => {
    const { world, emulator, request, create } = sandbox();
    const id = await create();
    emulator.deleteAudience(id);
    expect(await refused(request(id))).toBe('100/33');
    expect(createEmulator(world).audiences()).toEqual([]);
  });

  it('say each mishap as an error of Meta, with the time to wait for one of them alone', () => {
    const { emulator } = sandbox();
    for (const mishap of MISHAPS) {
      const { status, headers, body } = emulator.says(mishap, START);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(JSON.parse(body)).toMatchObject({ error: { code: expect.any(Number) } });
      const waits = headers['x-business-use-case-usage'] ?? '';
      expect(waits.includes('"estimated_time_to_regain_access":1')).toBe(mishap === 'throttled');
    }
    expect(emulator.uploads).toBe('/users');
  });
});
