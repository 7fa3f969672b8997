import { ApiResponseError } from 'twitter-api-v2';
import type { TwitterApi } from 'twitter-api-v2';
import { beforeEach, describe, expect, it } from 'vitest';
import { adsOf, HOUR, people, useStage } from './x-stage.ts';

const audiences = '12/accounts/18ce54d4x5t/custom_audiences';
const users = [{ operation_type: 'Update', params: { users: [{ email: ['a'.repeat(64)] }] } }];

const stage = useStage();
let ads: TwitterApi['ads'];
let at: { prefix: string };
beforeEach(() => {
  ({ ads, at } = adsOf(stage));
});
const asJson = () => ({ ...at, forceBodyMode: 'json' as const });

/** The status and the first code that a refused request was answered with. */
async function refusal(action: Promise<unknown>): Promise<string> {
  const error: unknown = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApiResponseError)) throw new Error('expected a refusal');
  const [first] = error.errors ?? [];
  const code = first !== undefined && 'code' in first ? String(first.code) : '';
  return `${error.code} ${code}`.trim();
}

async function make(name: string): Promise<string> {
  const made = await ads.post<{ data: { id: string } }>(audiences, { name }, at);
  return made.data.id;
}

describe('the emulated X Ads API', () => {
  it('answers a creation in the shape of the documentation', async () => {
    expect(await ads.post<unknown>(audiences, { name: 'One', description: 'd' }, at)).toEqual({
      data: {
        targetable: false,
        name: 'One',
        targetable_types: ['CRM', 'EXCLUDED_CRM'],
        audience_type: 'CRM',
        description: 'd',
        permission_level: 'READ_WRITE',
        owner_account_id: '18ce54d4x5t',
        id: '1nmth',
        reasons_not_targetable: ['PROCESSING', 'TOO_SMALL'],
        created_at: '2026-11-02T03:00:00Z',
        updated_at: '2026-11-02T03:00:00Z',
        partner_source: 'OTHER',
        deleted: false,
        audience_size: null,
      },
      request: { params: { account_id: '18ce54d4x5t' } },
    });
  });

  it('takes users only as application/json, with or without a charset', async () => {
    const path = `${audiences}/${await make('One')}/users`;
    expect(await refusal(ads.post(path, { users: 'x' }, at))).toBe('415');
    const text = { ...asJson(), headers: { 'content-type': 'text/plain' } };
    expect(await refusal(ads.post(path, users, text))).toBe('415');
    expect(await ads.post<unknown>(path, users, asJson())).toMatchObject({
      data: { success_count: 1, total_count: 1 },
    });
  });

  it('hides a deleted audience unless it is asked for, and takes no users for it', async () => {
    const id = await make('One');
    const path = `${audiences}/${id}`;
    expect(await ads.delete<unknown>(path, {}, at)).toMatchObject({
      data: { deleted: true, reasons_not_targetable: ['TOO_SMALL'] },
    });
    expect(await refusal(ads.get(path, {}, at))).toBe('404 NOT_FOUND');
    expect(await refusal(ads.delete(path, {}, at))).toBe('404 NOT_FOUND');
    const withDeleted = { ...asJson(), query: { with_deleted: true } };
    expect(await refusal(ads.post(`${path}/users`, users, asJson()))).toBe('404 NOT_FOUND');
    expect(await refusal(ads.post(`${path}/users`, users, withDeleted))).toBe('404 NOT_FOUND');
    expect(await ads.get<unknown>(path, { with_deleted: true }, at)).toMatchObject({
      data: { id, deleted: true },
    });
    expect(await ads.get<unknown>(audiences, {}, at)).toMatchObject({ data: [] });
    expect(await make('One')).not.toBe(id);
  });

  it('lists by name prefix whatever the case, page by page', async () => {
    for (const name of ['Autumn A', 'AUTUMN b', 'Spring']) await make(name);
    const list = async (query: Record<string, string | number>) => {
      const page = await ads.get<{ data: { name: string }[]; next_cursor: string | null }>(
        audiences,
        query,
        at,
      );
      return { names: page.data.map(({ name }) => name), next: page.next_cursor };
    };
    expect(await list({ q: 'autumn' })).toEqual({ names: ['Autumn A', 'AUTUMN b'], next: null });
    const first = await list({ count: 2 });
    expect(first.names).toHaveLength(2);
    expect(await list({ count: 2, cursor: first.next ?? '' })).toEqual({
      names: ['Spring'],
      next: null,
    });
  });

  it('refuses parameters, routes, versions and methods that X does not have', async () => {
    const id = await make('One');
    for (const query of [{ count: 0 }, { count: 1001 }, { q: '' }, { cursor: 'x' }, { page: 2 }]) {
      expect(await refusal(ads.get(audiences, query, at))).toBe('400 INVALID_PARAMETER');
    }
    expect(await refusal(ads.post(audiences, {}, at))).toBe('400 MISSING_PARAMETER');
    const listType = { name: 'Two', list_type: 'EMAIL' };
    expect(await refusal(ads.post(audiences, listType, at))).toBe('400 INVALID_PARAMETER');
    expect(await refusal(ads.post(audiences, { name: 'oNE' }, at))).toBe('400 INVALID_PARAMETER');
    expect(await refusal(ads.put(audiences, {}, at))).toBe('405 METHOD_NOT_ALLOWED');
    const old = audiences.replace('12/', '11/');
    expect(await refusal(ads.get(`${old}/${id}`, {}, at))).toBe('404 ROUTE_NOT_FOUND');
    const foreign = audiences.replace('18ce54d4x5t', '18ce54d4x5u');
    expect(await refusal(ads.get(foreign, {}, at))).toBe('403 ACCOUNT_NOT_FOUND');
    const unsigned = { ...at, enableAuth: false };
    expect(await refusal(ads.get(audiences, {}, unsigned))).toBe('401 UNAUTHORIZED_ACCESS');
  });

  it('says its version, its time and its limits in headers, the account level on reads alone', async () => {
    const full = { ...at, fullResponse: true as const };
    for (const list of ['custom_audiences', 'do_not_reach_lists']) {
      const read = await ads.get<unknown>(audiences.replace('custom_audiences', list), {}, full);
      expect(read.headers).toMatchObject({
        date: 'Mon, 02 Nov 2026 03:00:00 GMT',
        'x-current-api-version': '12',
        'x-account-rate-limit-limit': '2000',
        'x-account-rate-limit-remaining': '1999',
      });
    }
    const written = await ads.post<unknown>(audiences, { name: 'One' }, full);
    expect(written.headers).toMatchObject({ 'x-rate-limit-limit': '1500' });
    expect(written.headers).not.toHaveProperty('x-account-rate-limit-limit');
  });
});

describe('the emulated do-not-reach list', () => {
  const lists = audiences.replace('custom_audiences', 'do_not_reach_lists');
  const usersOf = (id: string) => `${lists.replace('12/', '12/batch/')}/${id}/users`;
  const expires_at = '2027-01-01T00:00:00Z';
  const make = async () => {
    const { data } = await ads.post<{ data: { id: string } }>(lists, { description: 'd' }, at);
    return data.id;
  };

  it('answers in the shapes of the documentation', async () => {
    const id = await make();
    const view = {
      targetable: false,
      name: 'Do Not Reach List',
      description: 'd',
      id,
      reasons_not_targetable: ['PROCESSING', 'TOO_SMALL'],
      created_at: '2026-11-02T03:00:00Z',
      list_size: null,
      updated_at: '2026-11-02T03:00:00Z',
      deleted: false,
    };
    const params = { account_id: '18ce54d4x5t' };
    expect(await ads.get<unknown>(lists, {}, at)).toEqual({
      data: [view],
      next_cursor: null,
      request: { params },
    });
    const body = [
      { operation_type: 'Update', params: { expires_at, users: [{ email: ['A'.repeat(64)] }] } },
    ];
    expect(await ads.post<unknown>(usersOf(id), body, asJson())).toEqual({
      data: [{ success_count: 1, total_count: 1 }],
      request: [
        { params: { ...params, do_not_reach_list_id: id, expires_at }, operation_type: 'Update' },
      ],
    });
    expect(stage.emulator.doNotReach()).toEqual(['a'.repeat(64)]);
    expect(await ads.delete<unknown>(`${lists}/${id}`, {}, at)).toMatchObject({
      data: { deleted: true },
    });
    expect(stage.emulator.doNotReach()).toEqual([]);
    expect(await ads.get<unknown>(lists, {}, at)).toMatchObject({ data: [] });
    expect(await ads.get<unknown>(lists, { with_deleted: true }, at)).toMatchObject({
      data: [{ id, deleted: true }],
    });
    expect(await refusal(ads.post(usersOf(id), body, asJson()))).toBe('404 NOT_FOUND');
    expect(await make()).not.toBe(id);
  });

  it('shows its size once there are 100 people to it and X has processed them', async () => {
    const known = people(100);
    for (const [index, { email }] of known.entries()) {
      stage.world.population.register('x', `user-${index}`, email);
    }
    const body = known.map(({ email }) => ({
      operation_type: 'Update',
      params: { expires_at, users: [{ email }] },
    }));
    await ads.post(usersOf(await make()), body, asJson());
    expect(await ads.get<unknown>(lists, {}, at)).toMatchObject({ data: [{ list_size: null }] });
    stage.world.clock.advance(8 * HOUR);
    expect(await ads.get<unknown>(lists, {}, at)).toMatchObject({
      data: [{ list_size: 100, targetable: true }],
    });
  });

  it('refuses a second list, parameters and routes that X does not have, and strangers', async () => {
    const named = { name: 'Ours', description: 'd' };
    expect(await refusal(ads.post(lists, named, at))).toBe('400 INVALID_PARAMETER');
    const id = await make();
    expect(await refusal(make())).toBe('400 INVALID_PARAMETER');
    expect(await refusal(ads.get(lists, { count: 5 }, at))).toBe('400 INVALID_PARAMETER');
    expect(await refusal(ads.put(lists, {}, at))).toBe('405 METHOD_NOT_ALLOWED');
    expect(await refusal(ads.post(`${lists}/${id}/users`, users, asJson()))).toBe(
      '404 ROUTE_NOT_FOUND',
    );
    expect(await refusal(ads.post(usersOf(id), { users: 'x' }, at))).toBe('415');
    const foreign = usersOf(id).replace('18ce54d4x5t', '18ce54d4x5u');
    expect(await refusal(ads.post(foreign, users, asJson()))).toBe('403 ACCOUNT_NOT_FOUND');
    const audience = await ads.post<{ data: { id: string } }>(audiences, { name: 'One' }, at);
    expect(await refusal(ads.post(usersOf(audience.data.id), users, asJson()))).toBe(
      '404 NOT_FOUND',
    );
    expect(await refusal(ads.get(`${audiences}/${id}`, {}, at))).toBe('404 NOT_FOUND');
  });
});
