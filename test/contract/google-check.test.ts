/** `destination test` of the Google connector against its emulator. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHECKS } from '../../connectors/connector.ts';
import type { Check, CheckName, ConnectorContext } from '../../connectors/connector.ts';
import { google } from '../../connectors/google/index.ts';
import type { GoogleSandboxOptions } from '../../connectors/google/sandbox.ts';
import { PROCESSING_MS } from '../../connectors/google/sandbox/state.ts';
import {
  ADWORDS_ONLY_REFRESH_TOKEN,
  SANDBOX_CREDENTIALS,
} from '../../connectors/google/sandbox/token.ts';
import { googleStage } from '../support/google-context.ts';
import type { GoogleStage } from '../support/google-context.ts';

const WANTED = { name: 'Autumn list A', key: 'rk-7f3a' };
const UNREACHABLE = 'http://127.0.0.1:1';

let stage: GoogleStage;

async function restart(options: GoogleSandboxOptions): Promise<void> {
  await stage.server.close();
  stage = await googleStage(options);
}

/** The checks by name, after making sure that each is there once and in order. */
async function checked(given: Partial<ConnectorContext> = {}): Promise<Record<CheckName, Check>> {
  const checks = await google.check(stage.context(given));
  expect(checks.map(({ name }) => name)).toEqual(CHECKS);
  return Object.fromEntries(checks.map((check) => [check.name, check])) as Record<CheckName, Check>;
}

const verdicts = (checks: Record<CheckName, Check>) => CHECKS.map((name) => checks[name].ok);

beforeEach(async () => {
  stage = await googleStage();
});
afterEach(() => stage.server.close());

describe('destination test for Google', () => {
  it('ticks what can be judged and changes nothing', async () => {
    const before = await checked();
    expect(verdicts(before)).toEqual([true, null, true, null, true, true, true, null]);
    expect(before['terms accepted']).toMatchObject({
      detail: expect.stringContaining('run a sync') as string,
    });
    expect(stage.emulator.audiences()).toEqual([]);
    const audience = await google.ensureAudience(stage.context(), WANTED);
    expect(verdicts(await checked())).toEqual([true, null, true, null, true, true, true, true]);
    stage.world.clock.advance(PROCESSING_MS);
    expect(stage.emulator.audiences()).toHaveLength(1);
    expect(stage.emulator.members(audience.remoteId)).toEqual([]);
  });

  it.each([
    ['NOT_ALLOWLISTED', 'may write audiences', null],
    ['TERMS_AND_CONDITIONS_NOT_SIGNED', 'terms accepted', false],
  ] as const)('names %s as the cause of a missing "%s"', async (refuseIngestFor, name, terms) => {
    await restart({ refuseIngestFor });
    await google.ensureAudience(stage.context(), WANTED);
    const checks = await checked();
    expect(checks[name]).toMatchObject({
      ok: false,
      cause: expect.stringContaining(refuseIngestFor) as string,
    });
    expect(checks['terms accepted'].ok).toBe(terms);
  });

  it.each<[CheckName, Partial<ConnectorContext>, (boolean | null)[]]>([
    [
      'credentials',
      { credentials: { ...SANDBOX_CREDENTIALS, refreshToken: 'wrong' } },
      [true, null, false, null, null, null, null, null],
    ],
    [
      'credentials',
      { credentials: { ...SANDBOX_CREDENTIALS, refreshToken: ADWORDS_ONLY_REFRESH_TOKEN } },
      [true, null, false, null, null, null, null, null],
    ],
    [
      'account visible',
      { account: '9999999999' },
      [true, null, true, null, null, false, null, null],
    ],
    [
      'reach',
      { endpoints: { dataManager: UNREACHABLE, oauth: UNREACHABLE } },
      [false, null, null, null, null, null, null, null],
    ],
  ])('stops at "%s" and says how to mend it', async (name, given, expected) => {
    const checks = await checked(given);
    expect(verdicts(checks)).toEqual(expected);
    expect(checks[name]).toMatchObject({ fix: expect.stringMatching(/^[A-Z].+\.$/) as string });
    expect(checks['terms accepted']).toMatchObject({
      detail: `Not judged, because "${name}" failed.`,
    });
  });

  it('calls an API that is not enabled by its name', async () => {
    const info = {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'SERVICE_DISABLED',
    };
    const error = { code: 403, status: 'PERMISSION_DENIED', message: 'x', details: [info] };
    stage.server.inject({
      kind: 'answer',
      platform: 'google',
      path: '/userLists',
      status: 403,
      body: JSON.stringify({ error }),
    });
    expect((await checked())['API version']).toMatchObject({
      ok: false,
      fix: expect.stringContaining('Enable the Data Manager API') as string,
    });
  });

  it('tells the day on which a refresh token ends, where Google tells it', async () => {
    await restart({ refreshTokenSeconds: 7 * 86_400 });
    expect((await checked())['token expiry']).toMatchObject({
      ok: true,
      detail: expect.stringContaining('2026-11-28') as string,
    });
  });
});

describe('destination test for a destination that uploads by the Google Ads API', () => {
  const options = { upload: 'ads-api' };
  const CREATE = '/v25/customers/1234567890/offlineUserDataJobs:create';

  function adsAnswers(status: number, error: object | null): void {
    const body = JSON.stringify(error === null ? {} : { error });
    stage.server.inject({ kind: 'answer', platform: 'google', path: CREATE, status, body });
  }
  const refusal = (family: string, code: string) => ({
    status: 'INVALID_ARGUMENT',
    details: [
      {
        '@type': 'type.googleapis.com/google.ads.googleads.v25.errors.GoogleAdsFailure',
        errors: [{ errorCode: { [family]: code } }],
      },
    ],
  });
  const info = (reason: string) => ({
    status: 'PERMISSION_DENIED',
    details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason }],
  });

  it('tries a job, which Google takes, and asks the other API for no upload', async () => {
    await restart({ refuseIngestFor: 'NOT_ALLOWLISTED' });
    await google.ensureAudience(stage.context(), WANTED);
    adsAnswers(200, null);
    const checks = await checked({ options });
    expect(verdicts(checks)).toEqual([true, null, true, null, true, true, true, null]);
    expect(stage.server.faults()).toEqual([]);
  });

  it.each([
    [403, info('ACCESS_TOKEN_SCOPE_INSUFFICIENT'), 'auth/adwords'],
    [403, info('SERVICE_DISABLED'), 'Enable the Google Ads API'],
    [
      400,
      refusal('notAllowlistedError', 'CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE'),
      'Take the option upload off',
    ],
    [
      403,
      refusal('authorizationError', 'CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION'),
      'Apply for access',
    ],
  ])('fails "may write audiences" with the cause, with a list or none: %i %j', async (...given) => {
    const [status, error, fix] = given;
    for (const hasList of [false, true]) {
      if (hasList) await google.ensureAudience(stage.context(), WANTED);
      adsAnswers(status, error);
      const checks = await checked({ options });
      expect(verdicts(checks)).toEqual([true, null, true, null, true, true, false, null]);
      expect(checks['may write audiences']).toMatchObject({
        cause: expect.stringMatching(/^Google Ads answered \d+ \w+/) as string,
        fix: expect.stringContaining(fix) as string,
      });
    }
  });

  it.each([
    ['offlineUserDataJobError', 'INVALID_USER_LIST_ID'],
    ['offlineUserDataJobError', 'INVALID_USER_LIST_TYPE'],
    ['requestError', 'RESOURCE_NAME_MALFORMED'],
    ['requestError', 'RESOURCE_NOT_FOUND'],
  ])('does not judge without a list, where Google misses just that: %s.%s', async (...code) => {
    adsAnswers(400, refusal(...code));
    const checks = await checked({ options });
    expect(verdicts(checks)).toEqual([true, null, true, null, true, true, null, null]);
    expect(checks['may write audiences']).toMatchObject({
      detail: expect.stringContaining('run a sync') as string,
    });
  });

  it('fails where Google does not know a list that is there', async () => {
    await google.ensureAudience(stage.context(), WANTED);
    adsAnswers(400, refusal('offlineUserDataJobError', 'INVALID_USER_LIST_ID'));
    expect((await checked({ options }))['may write audiences'].ok).toBe(false);
  });

  it('names terms that were not accepted', async () => {
    await google.ensureAudience(stage.context(), WANTED);
    adsAnswers(
      400,
      refusal('offlineUserDataJobError', 'CUSTOMER_NOT_ACCEPTED_CUSTOMER_DATA_TERMS'),
    );
    expect((await checked({ options }))['terms accepted'].ok).toBe(false);
  });

  it('names a version of the API that is switched off, without a list too', async () => {
    adsAnswers(400, refusal('requestError', 'UNSUPPORTED_VERSION'));
    expect((await checked({ options }))['API version'].ok).toBe(false);
  });
});

describe('destination test for Google with a service account', () => {
  const withKey = () => ({ serviceAccountKey: stage.emulator.serviceAccountKey() });
  /** A clock that is off by so many minutes. */
  const off = (minutes: number) => () =>
    new Date(stage.world.clock.now().getTime() + minutes * 60_000);

  it('ticks the clock and the key, which has no end', async () => {
    const checks = await checked({ credentials: withKey() });
    expect(verdicts(checks)).toEqual([true, true, true, true, true, true, true, null]);
    expect(checks.clock).toMatchObject({ detail: 'as at Google' });
  });

  it.each([
    ['an hour ahead', 60],
    ['two hours behind', -120],
  ])('names a clock that is %s, and not the key that is refused for it', async (_, minutes) => {
    const checks = await checked({ credentials: withKey(), now: off(minutes) });
    expect(checks.clock).toMatchObject({
      ok: false,
      cause: expect.stringContaining(`${Math.abs(minutes) * 60} s`) as string,
    });
    const detail = 'Not judged, because "clock" failed.';
    expect(checks.credentials).toMatchObject({ ok: null, detail });
    expect(checks['account visible']).toMatchObject({ ok: null, detail });
    expect(checks.reach.ok).toBe(true);
  });

  it('names a clock that is off although the key was taken', async () => {
    const checks = await checked({ credentials: withKey(), now: off(-10) });
    expect(checks.clock.ok).toBe(false);
    expect(checks.credentials.ok).toBe(true);
  });

  it('tells how far a clock is off that still works', async () => {
    const checks = await checked({ credentials: withKey(), now: off(-2) });
    expect(checks.clock).toMatchObject({ ok: true, detail: '120 s behind Google' });
  });
});
