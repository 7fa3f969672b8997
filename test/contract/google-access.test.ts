/** Ways into Google: a service account, a manager account, another project's quota. */
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConnectorContext } from '../../connectors/connector.ts';
import { google } from '../../connectors/google/index.ts';
import { accessToken, ADS_SCOPE } from '../../connectors/google/oauth.ts';
import { googleEmulator } from '../../connectors/google/sandbox.ts';
import { MANAGED_ACCOUNT, MANAGER_ACCOUNT } from '../../connectors/google/sandbox/accounts.ts';
import { keyFile, newPrivateKey } from '../../connectors/google/sandbox/service-account.ts';
import { PROCESSING_MS } from '../../connectors/google/sandbox/state.ts';
import { batchOf, googleStage, person } from '../support/google-context.ts';
import type { GoogleStage } from '../support/google-context.ts';

const WANTED = { name: 'Autumn list A', key: 'rk-7f3a' };

let stage: GoogleStage;

beforeEach(async () => {
  stage = await googleStage();
});
afterEach(() => stage.server.close());

const tokens = () =>
  [...stage.world.journal.replay('google')].flatMap((event) =>
    event.type === 'token' ? [event['scope']] : [],
  );

describe('a service account', () => {
  const withKey = (key = stage.emulator.serviceAccountKey()) =>
    stage.context({ credentials: { serviceAccountKey: key } });

  it('fills a list with tokens that it signs for, each good for an hour', async () => {
    const context = withKey();
    const audience = await google.ensureAudience(context, WANTED);
    await google.push(context, batchOf([person(1)], { audience }));
    expect(tokens()).toHaveLength(1);
    stage.world.clock.advance(PROCESSING_MS);
    expect(stage.emulator.members(audience.remoteId)).toHaveLength(2);
    stage.world.clock.advance(PROCESSING_MS);
    await google.readMatch(context, audience);
    expect(tokens()).toHaveLength(2);
  });

  it('asks for the scope that is needed, and keeps the tokens of scopes apart', async () => {
    const context = withKey();
    const ads = await accessToken(context, { scope: ADS_SCOPE });
    const own = await accessToken(context);
    expect(ads).not.toBe(own);
    expect(await accessToken(context, { scope: ADS_SCOPE })).toBe(ads);
    expect(tokens()).toEqual([
      'https://www.googleapis.com/auth/adwords',
      'https://www.googleapis.com/auth/datamanager',
    ]);
  });

  it('is used before a refresh token, whose scopes are what they are', async () => {
    const serviceAccountKey = stage.emulator.serviceAccountKey();
    const both = stage.context();
    const credentials = { ...both.credentials, refreshToken: 'wrong', serviceAccountKey };
    await google.ensureAudience(stage.context({ credentials }), WANTED);
    const byRefreshToken = stage.context();
    const own = await accessToken(byRefreshToken);
    expect(await accessToken(byRefreshToken, { scope: ADS_SCOPE })).toBe(own);
  });

  it('keeps its key when the platform starts again', () => {
    const key = stage.emulator.serviceAccountKey();
    expect(googleEmulator(stage.world).serviceAccountKey()).toBe(key);
  });

  it.each<[string, () => string, string, string]>([
    ['of another key', () => keyFile(newPrivateKey()), 'invalid_grant', 'Make a new JSON key'],
    [
      'of a stranger',
      () => stage.emulator.serviceAccountKey().replace('sync@', 'other@'),
      'invalid_grant',
      'deleted or disabled',
    ],
    ['that is no JSON', () => 'not a key', 'UNREADABLE_KEY', 'Make a new JSON key'],
    [
      'that cannot sign',
      () => keyFile('-----BEGIN PRIVATE KEY-----\nbm8=\n-----END PRIVATE KEY-----\n'),
      'UNREADABLE_KEY',
      'Make a new JSON key',
    ],
  ])('%s is refused by name, without a word of the key', async (_, content, code, way) => {
    stage.emulator.serviceAccountKey();
    const key = content();
    const attempt = google.ensureAudience(withKey(key), WANTED);
    const failure: unknown = await attempt.catch((error: unknown) => error);
    expect(failure).toMatchObject({
      kind: 'auth',
      code,
      nextStep: expect.stringContaining(way) as string,
    });
    const shown = `${JSON.stringify(failure)} ${inspect(failure, { depth: Infinity, showHidden: true })}`;
    for (const part of key.match(/[\w+/=]{12,}/g) ?? [key]) {
      if (/KEY|service_account|googleapis|gserviceaccount/.test(part)) continue;
      expect(shown).not.toContain(part);
    }
  });

  it('whose clock is off says so', async () => {
    const now = () => new Date(stage.world.clock.now().getTime() + 3_600_000);
    const attempt = google.ensureAudience({ ...withKey(), now }, WANTED);
    await expect(attempt).rejects.toMatchObject({
      kind: 'auth',
      code: 'invalid_grant',
      nextStep: expect.stringContaining('clock') as string,
    });
  });
});

describe('a manager account', () => {
  const through = (given: Partial<ConnectorContext>) =>
    stage.context({ account: MANAGED_ACCOUNT, ...given });

  it('is the way to an account that the user has no access to', async () => {
    await expect(google.ensureAudience(through({}), WANTED)).rejects.toMatchObject({
      kind: 'permission',
    });
    const context = through({ options: { loginAccount: '999-888-7777' } });
    const audience = await google.ensureAudience(context, WANTED);
    expect(stage.emulator.audiences()).toMatchObject([{ account: MANAGED_ACCOUNT }]);
    const receipt = await google.push(context, batchOf([person(1)], { audience }));
    stage.world.clock.advance(PROCESSING_MS);
    if (receipt.state !== 'pending') throw new Error('Google answers later.');
    expect(await google.settle?.(context, { ...receipt, operation: 'add' })).toMatchObject({
      accepted: 1,
    });
    expect(stage.emulator.members(audience.remoteId)).toHaveLength(2);
    const elsewhere = google.push(stage.context(), batchOf([person(1)], { audience }));
    await expect(elsewhere).rejects.toMatchObject({ code: 'INVALID_USER_LIST_ID' });
  });

  it.each([
    ['to an account that it does not manage', { account: '5555555555' }, MANAGER_ACCOUNT],
    ['that is none', {}, '1111111111'],
  ])('%s is refused', async (_, given, loginAccount) => {
    const context = through({ ...given, options: { loginAccount } });
    await expect(google.ensureAudience(context, WANTED)).rejects.toMatchObject({
      kind: 'permission',
    });
    await expect(google.push(context, batchOf([person(1)]))).rejects.toMatchObject({
      kind: 'permission',
    });
  });
});

describe('the quota of another project', () => {
  it('is used where the credentials have a role on it, and refused by name elsewhere', async () => {
    const using = (quotaProject: string) => stage.context({ options: { quotaProject } });
    const audience = await google.ensureAudience(using('rekindle-sandbox'), WANTED);
    const push = google.push(using('rekindle-sandbox'), batchOf([person(1)], { audience }));
    expect(await push).toMatchObject({ state: 'pending' });
    await expect(google.ensureAudience(using('another'), WANTED)).rejects.toMatchObject({
      kind: 'permission',
      code: 'USER_PROJECT_DENIED',
      nextStep: expect.stringContaining('quotaProject') as string,
    });
  });
});
