import { describe, expect, it } from 'vitest';
import type { Check, CheckName, ConnectorContext } from '../../connectors/connector.ts';
import { CHECKS } from '../../connectors/connector.ts';
import { emptyWorld } from '../../connectors/sandbox/world.ts';
import { x } from '../../connectors/x/index.ts';
import { createEmulator } from '../../connectors/x/sandbox.ts';
import type { XSandboxOptions } from '../../connectors/x/sandbox.ts';
import { failure, nobodyListens, reopen, START, useStage, wanted } from './x-stage.ts';

const stage = useStage();
const MINUTE = 60_000;

const check = async (changes: Partial<ConnectorContext> = {}) =>
  x.check({ ...stage.context, ...changes });

/** Every check as a sign and its name: `+` for a tick, `-` for a cross, `?` for not judged. */
const signs = (checks: readonly Check[]) =>
  checks.map(({ name, ok }) => `${ok === null ? '?' : ok ? '+' : '-'} ${name}`);

const named = (checks: readonly Check[], name: CheckName) =>
  checks.find((each) => each.name === name);

const inject = (path: string, status: number, body: unknown, date = START.toUTCString()) =>
  stage.server.inject({
    kind: 'answer',
    platform: 'x',
    path,
    status,
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', date },
  });

const skewed = async (options: XSandboxOptions, at = START) =>
  reopen(stage, (world) => createEmulator(world, options), emptyWorld(at));

describe('the checks of X', () => {
  it('tick everything on an account in order, but for terms, and change nothing', async () => {
    const checks = await check();
    expect(signs(checks)).toEqual([
      '+ reach',
      '+ clock',
      '+ credentials',
      '+ token expiry',
      '+ API version',
      '+ account visible',
      '+ may write audiences',
      '? terms accepted',
    ]);
    expect(named(checks, 'token expiry')).toMatchObject({
      detail: expect.stringContaining('ends no token by time'),
    });
    expect(named(checks, 'API version')).toMatchObject({ detail: '12' });
    expect(stage.emulator.audiences()).toEqual([]);
    expect(stage.emulator.doNotReach()).toEqual([]);
  });

  it('give every name once and in order, whatever fails, each cross with a cause and a way out', async () => {
    const all = [await check()];
    all.push(await check({ endpoints: { ads: await nobodyListens() } }));
    for (const [status, code] of [
      [400, 'INVALID_PARAMETER'],
      [401, 'UNAUTHORIZED_ACCESS'],
      [403, 'ACCOUNT_NOT_FOUND'],
      [403, 'UNAUTHORIZED_CLIENT_APPLICATION'],
      [404, 'ROUTE_NOT_FOUND'],
      [404, 'NOT_FOUND'],
      [429, 'TOO_MANY_REQUESTS'],
      [503, 'OVER_CAPACITY'],
    ] as const) {
      inject('/accounts/', status, { errors: [{ code }] });
      all.push(await check());
    }
    for (const checks of all) {
      expect(checks.map(({ name }) => name)).toEqual(CHECKS);
      for (const each of checks) {
        if (each.ok === false) expect(each.cause.length * each.fix.length).toBeGreaterThan(100);
        if (each.ok === null) expect(each.detail.length).toBeGreaterThan(20);
      }
    }
    for (const checks of all.slice(1)) expect(signs(checks).join()).toContain('- ');
  });

  it('name the first thing that is wrong, and judge nothing that builds on it', async () => {
    const unreachable = await check({ endpoints: { ads: await nobodyListens() } });
    expect(signs(unreachable)).toEqual(['- reach', ...CHECKS.slice(1).map((name) => `? ${name}`)]);
    expect(named(unreachable, 'clock')).toMatchObject({
      detail: 'Not judged, since the check "reach" failed.',
    });

    const credentials = { ...stage.emulator.credentials, accessSecret: 'wrong' };
    expect(signs(await check({ credentials })).slice(0, 4)).toEqual([
      '+ reach',
      '+ clock',
      '- credentials',
      '? token expiry',
    ]);

    inject('/accounts/', 404, { errors: [{ code: 'ROUTE_NOT_FOUND', message: 'gone' }] });
    expect(signs(await check()).slice(0, 6)).toEqual([
      '+ reach',
      '+ clock',
      '? credentials',
      '? token expiry',
      '- API version',
      '? account visible',
    ]);

    expect(signs(await check({ account: '18ce00000zz' })).slice(2, 7)).toEqual([
      '+ credentials',
      '+ token expiry',
      '+ API version',
      '- account visible',
      '? may write audiences',
    ]);
  });

  it('say no to a user who may only look, to an app without audience access, and to an account in review', async () => {
    inject('authenticated_user_access', 200, { data: { permissions: ['CAMPAIGN_ANALYST'] } });
    expect(signs(await check())).toContain('- may write audiences');
    inject('custom_audiences', 403, { errors: [{ code: 'UNAUTHORIZED_CLIENT_APPLICATION' }] });
    expect(named(await check(), 'may write audiences')).toMatchObject({
      ok: false,
      fix: expect.stringContaining('Ask X for Ads API access'),
    });
    inject('/accounts/', 200, { data: { name: 'Ours', approval_status: 'UNDER_REVIEW' } });
    expect(signs(await check())).toContain('- account visible');
    expect(signs(await check())).toContain('+ may write audiences');
  });
});

describe('the clock', () => {
  it.each([
    [20_000, undefined],
    [-20_000, undefined],
    [45_000, "clock is 45 seconds behind X's"],
    [-4 * MINUTE, "clock is 4 minutes ahead of X's"],
    [5 * MINUTE, "clock is 5 minutes behind X's"],
  ])(
    'is fine with X ahead by %i ms, and says so where it is worth telling',
    async (skewMs, said) => {
      await skewed({ skewMs });
      const clock = named(await check(), 'clock');
      expect(clock).toMatchObject({ ok: true });
      if (said === undefined) expect(clock).not.toHaveProperty('detail');
      else expect(clock).toMatchObject({ detail: expect.stringContaining(said) });
    },
  );

  it.each([
    [5 * MINUTE + 1000, "5 minutes behind X's"],
    [-3 * 60 * MINUTE, "3 hours ahead of X's"],
    [-49 * 60 * MINUTE, "2 days ahead of X's"],
  ])('is wrong with X ahead by %i ms, even where X let the request in', async (skewMs, cause) => {
    await skewed({ skewMs });
    const checks = await check();
    expect(named(checks, 'clock')).toMatchObject({
      ok: false,
      cause: `This machine's clock is ${cause}.`,
      fix: expect.stringContaining('Set the clock'),
    });
    expect(signs(checks)).toContain('+ may write audiences');
  });

  it('is not judged by an answer without a date', async () => {
    inject('/accounts/', 401, { errors: [{ code: 'UNAUTHORIZED_ACCESS' }] }, 'no date at all');
    expect(signs(await check()).slice(1, 3)).toEqual(['? clock', '- credentials']);
  });

  it('and not the credentials is to blame where X refuses the timestamp of a request', async () => {
    // The SDK signs with the machine's time, so that this world has to stand at it.
    const now = new Date();
    await skewed({ checkTimestamp: true, skewMs: 12 * MINUTE }, now);
    const checks = await check();
    expect(signs(checks).slice(0, 4)).toEqual([
      '+ reach',
      '- clock',
      '? credentials',
      '? token expiry',
    ]);
    expect(named(checks, 'credentials')).toMatchObject({
      detail: 'Not judged, since the check "clock" failed.',
    });
    const refused = await failure(x.ensureAudience(stage.context, wanted));
    expect(refused).toMatchObject({
      kind: 'auth',
      code: 'UNAUTHORIZED_ACCESS',
      nextStep: expect.stringContaining('Set the clock of this machine'),
      message: expect.stringContaining("clock is 12 minutes behind X's"),
    });

    await skewed({ checkTimestamp: true, skewMs: 4 * MINUTE }, now);
    expect(signs(await check())).toContain('+ credentials');
  });
});
