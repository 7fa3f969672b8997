import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../connectors/connector.ts';
import type { Check, CheckName, ConnectorContext } from '../../connectors/connector.ts';
import { meta } from '../../connectors/meta/index.ts';
import type { MetaSandboxOptions } from '../../connectors/meta/sandbox.ts';
import { DAY, HOUR, contextFor, start } from '../support/meta-destination.ts';

const START = new Date('2026-11-21T00:00:00Z');
const later = (ms: number) => new Date(START.getTime() + ms);
const json = { 'content-type': 'application/json' };

async function checks(options: MetaSandboxOptions, change: Partial<ConnectorContext> = {}) {
  const { context } = await start(options, change);
  return meta.check(context);
}
const named = (found: readonly Check[], name: CheckName) =>
  found.find((check) => check.name === name);
const failed = (found: readonly Check[]) =>
  found.filter(({ ok }) => ok === false).map(({ name }) => name);
const open = (found: readonly Check[]) =>
  found.filter(({ ok }) => ok === null).map(({ name }) => name);

describe('the checks of a Meta destination', () => {
  it('are all there and pass for a good destination, but for the clock, which Meta ignores', async () => {
    const found = await checks({});
    expect(found.map(({ name }) => name)).toEqual(CHECKS);
    expect(failed(found)).toEqual([]);
    expect(open(found)).toEqual(['clock']);
    expect(named(found, 'account visible')).toMatchObject({ detail: 'Sandbox ad account' });
    expect(named(found, 'API version')).toMatchObject({ detail: 'v26.0' });
  });

  it('name the one that is wrong, and leave open what could not be looked at because of it', async () => {
    const wrongToken = await checks({}, { credentials: { accessToken: 'EAAexpired' } });
    expect(failed(wrongToken)).toEqual(['credentials']);
    expect(open(wrongToken)).toEqual(CHECKS.filter((name) => !/reach|credentials/.test(name)));

    const elsewhere = await checks({}, { account: 'act_99' });
    expect(failed(elsewhere)).toEqual(['account visible']);
    expect(named(elsewhere, 'credentials')).toMatchObject({ ok: true });
    expect(named(elsewhere, 'token expiry')).toMatchObject({ ok: true });
    expect(open(elsewhere)).toEqual(['clock', 'may write audiences', 'terms accepted']);

    const nobody = await meta.check(contextFor({ graph: 'http://127.0.0.1:1' }, {}));
    expect(failed(nobody)).toEqual(['reach']);
    expect(open(nobody)).toEqual(CHECKS.slice(1));
  });

  it('tell a token that may not write from a user who may not, and terms from both', async () => {
    const noPermission = await checks({ permissions: ['ads_read'] });
    expect(failed(noPermission)).toEqual(['may write audiences']);
    expect(named(noPermission, 'may write audiences')).toMatchObject({
      cause: expect.stringContaining('ads_management'),
    });
    const noTask = await checks({ tasks: ['ANALYZE'] });
    expect(failed(noTask)).toEqual(['may write audiences']);
    expect(named(noTask, 'may write audiences')).toMatchObject({
      cause: expect.stringContaining('not change it'),
    });
    const noTerms = await checks({ termsAccepted: false });
    expect(failed(noTerms)).toEqual(['terms accepted']);
    expect(named(noTerms, 'terms accepted')).toMatchObject({
      fix: expect.stringContaining('tos/?act=1234567890'),
    });
  });

  it.each([
    [1, true, 'Sandbox ad account'],
    [3, true, 'Sandbox ad account (unsettled)'],
    [2, false, 'disabled'],
    [101, false, 'closed'],
  ])('say what state %i of the ad account means', async (accountStatus, ok, says) => {
    const check = named(await checks({ accountStatus }), 'account visible');
    expect(check?.ok).toBe(ok);
    expect(JSON.stringify(check)).toContain(says);
  });

  it('leave open what Meta does not tell', async () => {
    const { context, sandbox } = await start();
    const body = JSON.stringify({ id: 'act_1234567890' });
    sandbox.inject({ kind: 'answer', platform: 'meta', status: 200, body, headers: json });
    expect(open(await meta.check(context))).toEqual([
      'clock',
      'may write audiences',
      'terms accepted',
    ]);
  });

  it('go by what Meta tells of the token where it does not list permissions', async () => {
    const { context, sandbox } = await start({ permissions: ['ads_read'] });
    const fault = { kind: 'answer', platform: 'meta', status: 500, path: 'permissions' } as const;
    sandbox.inject(fault);
    expect(failed(await meta.check(context))).toEqual(['may write audiences']);
    const good = await start();
    good.sandbox.inject(fault);
    expect(failed(await meta.check(good.context))).toEqual([]);
  });
});

describe('the check of when a Meta token ends', () => {
  const expiry = async (options: MetaSandboxOptions) =>
    named(await checks(options), 'token expiry');

  it('passes for a token without end', async () => {
    expect(await expiry({})).toEqual({
      name: 'token expiry',
      ok: true,
      detail: 'The token has no end.',
    });
  });

  it('passes with the day, and with a warning in its last two weeks', async () => {
    const far = await expiry({ tokenEndsAt: later(15 * DAY) });
    expect(far).toMatchObject({ ok: true, detail: 'The token works until 2026-12-06.' });
    const near = await expiry({ tokenEndsAt: later(14 * DAY - 1000) });
    expect(near).toMatchObject({ ok: true, detail: expect.stringContaining('in 13 days') });
  });

  it('goes by the access to data where that ends first', async () => {
    const both = { tokenEndsAt: later(60 * DAY), dataAccessEndsAt: later(2 * DAY) };
    expect(await expiry(both)).toMatchObject({ detail: expect.stringContaining('2026-11-23') });
    expect(await expiry({ dataAccessEndsAt: later(-HOUR) })).toMatchObject({
      ok: false,
      cause: 'The token ended on 2026-11-20.',
    });
  });

  it('is the failure of the credentials once it has ended', async () => {
    const found = await checks({ tokenEndsAt: later(0) });
    expect(failed(found)).toEqual(['credentials']);
    expect(named(found, 'credentials')).toMatchObject({
      fix: expect.stringContaining('has ended'),
    });
  });

  it.each([
    ['refuses to tell', { mayDebugToken: false }, undefined],
    ['answers with another shape', {}, '{"data":[]}'],
    ['leaves the time out', {}, '{"data":{"is_valid":true}}'],
    ['answers with a page', {}, '<html>'],
  ])('is left open where Meta %s', async (_, options, body) => {
    const { context, sandbox } = await start(options);
    if (body !== undefined) {
      const fault = { kind: 'answer', platform: 'meta', path: 'debug_token', status: 200 } as const;
      sandbox.inject({ ...fault, body, headers: json });
    }
    const found = await meta.check(context);
    expect(named(found, 'token expiry')).toMatchObject({ ok: null });
    expect(failed(found)).toEqual([]);
    expect(JSON.stringify(found)).not.toContain(context.credentials['accessToken']);
  });

  it('fails where Meta says that the token is not valid', async () => {
    const { context, sandbox } = await start();
    const body = '{"data":{"is_valid":false,"expires_at":0}}';
    const fault = { kind: 'answer', platform: 'meta', path: 'debug_token', status: 200 } as const;
    sandbox.inject({ ...fault, body, headers: json });
    expect(failed(await meta.check(context))).toEqual(['token expiry']);
  });
});

describe('the check of the API version of Meta', () => {
  it('fails for one that Meta upgrades with a warning', async () => {
    const { context, sandbox } = await start();
    sandbox.inject({
      kind: 'answer',
      platform: 'meta',
      status: 200,
      body: JSON.stringify({ id: 'act_1234567890', tos_accepted: { custom_audience_tos: 1 } }),
      headers: { 'x-ad-api-version-warning': 'upgraded', ...json },
    });
    expect(named(await meta.check(context), 'API version')).toMatchObject({
      ok: false,
      cause: expect.stringContaining('newer version'),
    });
  });

  it('fails for one that Meta refuses, which proves the way there and nothing else', async () => {
    const { context, sandbox } = await start();
    const body = JSON.stringify({ error: { message: '(#2635)', code: 2635 } });
    sandbox.inject({ kind: 'answer', platform: 'meta', status: 400, body, headers: json });
    const refused = await meta.check(context);
    expect(failed(refused)).toEqual(['API version']);
    expect(refused.filter(({ ok }) => ok === true).map(({ name }) => name)).toEqual(['reach']);
  });
});

describe('the proof of the app secret', () => {
  it('goes along with every request, so that an app may require it', async () => {
    const { context } = await start({ appSecret: 'shh' });
    expect(context.credentials['appSecret']).toBe('shh');
    expect(failed(await meta.check(context))).toEqual([]);
    const audience = await meta.ensureAudience(context, { name: 'A', key: 'k' });
    expect(await meta.readMatch(context, audience)).toMatchObject({ kind: 'unknown' });
  });

  it.each([
    ['missing', { accessToken: 'EAASandboxMetaToken' }],
    ['wrong', { accessToken: 'EAASandboxMetaToken', appSecret: 'other' }],
  ])('is asked for as a credential where it is %s', async (_, credentials) => {
    const found = await checks({ appSecret: 'shh' }, { credentials });
    expect(failed(found)).toEqual(['credentials']);
    expect(named(found, 'credentials')).toMatchObject({
      fix: expect.stringContaining('as appSecret'),
    });
  });

  it('is an optional credential, and the token the one that is needed', () => {
    const { credentials } = meta.settings;
    expect(credentials.safeParse({ accessToken: 'EAA', appSecret: 'x' }).success).toBe(true);
    expect(credentials.safeParse({ accessToken: 'EAA' }).success).toBe(true);
    expect(credentials.safeParse({ accessToken: 'EAA', appSecret: '' }).success).toBe(false);
    expect(credentials.safeParse({ appSecret: 'x' }).success).toBe(false);
  });
});
