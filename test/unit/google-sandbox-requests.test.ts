/** The Google emulator: sweeps, enums, key types, managers, statuses without reasons. */
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { googleEmulator } from '../../connectors/google/sandbox.ts';
import type { GoogleEmulator, GoogleSandboxOptions } from '../../connectors/google/sandbox.ts';
import { PROCESSING_MS } from '../../connectors/google/sandbox/state.ts';
import { emptyWorld } from '../../connectors/sandbox/world.ts';
import { digestOf } from '../support/google-context.ts';

const LISTS = '/v1/accountTypes/GOOGLE_ADS/accounts/1234567890/userLists';
const INGEST = '/v1/audienceMembers:ingest';
const REMOVE_ALL = '/v1/audienceMembers:removeAll';
const STATUS = '/v1/requestStatus:retrieve?requestId=sandbox-request-1';
const NUMBERS = '?$alt=json%3Benum-encoding=int';
const DIGEST = digestOf('someone@example.com');
const ACCOUNT = { accountType: 'GOOGLE_ADS', accountId: '1234567890' };
const DESTINATION = { operatingAccount: ACCOUNT, productDestinationId: '7000000001' };
const list = (displayName: string, given: object = { uploadKeyTypes: ['CONTACT_ID'] }) => ({
  displayName,
  description: 'B',
  ingestedUserListInfo: given,
});

let world: ReturnType<typeof emptyWorld>;
let emulator: GoogleEmulator;
let token: string;

async function start(options: GoogleSandboxOptions = {}): Promise<void> {
  world = emptyWorld(new Date('2026-11-21T00:00:00Z'));
  emulator = googleEmulator(world, options);
  await signIn();
  await post(LISTS, list('A'));
}

async function signIn(): Promise<void> {
  const { clientId = '', clientSecret = '', refreshToken = '' } = emulator.credentials;
  const answer = await emulator.app.request('/token', {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: clientId,
      client_secret: clientSecret,
      refresh_token: refreshToken,
    }),
  });
  token = z.object({ access_token: z.string() }).parse(await answer.json()).access_token;
}

/** Lets all be worked off that was asked for; tokens end meanwhile. */
async function processed(): Promise<void> {
  world.clock.advance(PROCESSING_MS);
  await signIn();
}

beforeEach(() => start());

const send = (path: string, init: RequestInit, headers: Record<string, string> = {}) =>
  emulator.app.request(path, {
    ...init,
    headers: { authorization: `Bearer ${token}`, ...headers },
  });
const post = (path: string, body: object, headers?: Record<string, string>) =>
  send(path, { method: 'POST', body: JSON.stringify(body) }, headers);
const get = (path: string, headers?: Record<string, string>) => send(path, {}, headers);

const member = (emailAddress: string) => ({
  compositeData: { userData: { userIdentifiers: [{ emailAddress }] } },
});
const upload = (given: object = {}) => ({
  destinations: [DESTINATION],
  audienceMembers: [member(DIGEST)],
  encoding: 'HEX',
  termsOfService: { customerMatchTermsOfServiceStatus: 'ACCEPTED' },
  ...given,
});

const Refused = z.object({
  error: z.object({
    status: z.string(),
    message: z.string(),
    details: z.array(
      z.looseObject({
        '@type': z.string(),
        fieldViolations: z
          .array(z.object({ field: z.string(), reason: z.string().optional() }))
          .optional(),
      }),
    ),
  }),
});

async function violationsOf(answer: Response) {
  const { error } = Refused.parse(await answer.json());
  return error.details.flatMap(({ fieldViolations = [] }) => fieldViolations);
}

async function statusOf(requestId: string, query = ''): Promise<unknown> {
  const path = `/v1/requestStatus:retrieve?requestId=${requestId}${query}`;
  const answer = z.object({ requestStatusPerDestination: z.array(z.unknown()) });
  return answer.parse(await (await get(path)).json()).requestStatusPerDestination[0];
}

describe('a sweep on the Google emulator', () => {
  it.each<[string, object, string]>([
    ['of no list', { destinations: [] }, 'REQUIRED_FIELD_MISSING'],
    [
      'of a moment to come',
      { removeAsOfTime: '2026-11-21T00:00:01Z' },
      'INVALID_REMOVE_AS_OF_TIME',
    ],
    [
      'of an unknown list',
      { destinations: [{ ...DESTINATION, productDestinationId: '1' }] },
      'INVALID_USER_LIST_ID',
    ],
  ])('%s is refused', async (_, given, reason) => {
    const answer = await post(REMOVE_ALL, { destinations: [DESTINATION], ...given });
    expect(answer.status).toBe(400);
    expect((await violationsOf(answer)).map((violation) => violation.reason)).toEqual([reason]);
  });

  it.each<[string, object]>([
    ['with members', { audienceMembers: [] }],
    ['of a moment that is none', { removeAsOfTime: 'yesterday' }],
  ])('%s is no such request', async (_, given) => {
    const answer = await post(REMOVE_ALL, { destinations: [DESTINATION], ...given });
    expect(answer.status).toBe(400);
  });

  it('without a moment takes off everybody who was added before now, and remembers it', async () => {
    await post(INGEST, upload());
    await processed();
    await post(INGEST, upload({ audienceMembers: [member(digestOf('other'))] }));
    const only = { destinations: [DESTINATION] };
    expect((await post(REMOVE_ALL, { ...only, validateOnly: true })).status).toBe(200);
    await processed();
    expect(emulator.members('7000000001')).toHaveLength(2);
    await post(REMOVE_ALL, { ...only, removeAsOfTime: '2026-11-21T00:30:00Z' });
    await processed();
    expect(emulator.members('7000000001')).toEqual([digestOf('other')]);
    expect(googleEmulator(world).members('7000000001')).toEqual([digestOf('other')]);
    await post(REMOVE_ALL, only);
    await processed();
    expect(emulator.members('7000000001')).toEqual([]);
  });
});

describe('enums on the Google emulator', () => {
  it('are taken as numbers, and given as numbers where a client asks', async () => {
    const destination = { ...DESTINATION, operatingAccount: { ...ACCOUNT, accountType: 1 } };
    const answer = await post(
      INGEST,
      upload({
        destinations: [destination],
        encoding: 1,
        consent: { adUserData: 2, adPersonalization: 1 },
        termsOfService: { customerMatchTermsOfServiceStatus: 1 },
      }),
    );
    const { requestId } = z.object({ requestId: z.string() }).parse(await answer.json());
    expect(await statusOf(requestId, '&$alt=json%3Benum-encoding=int')).toMatchObject({
      destination: { operatingAccount: { accountType: 1 } },
      requestStatus: 2,
    });
    await processed();
    expect(await statusOf(requestId, '&$alt=json%3Benum-encoding=int')).toMatchObject({
      requestStatus: 3,
      errorInfo: { errorCounts: [{ recordCount: '1', reason: 4 }] },
      audienceMembersIngestionStatus: {
        compositeDataIngestionStatus: {
          dataTypeCounts: [{ type: 1, count: '1' }],
          uploadMatchRateRange: 1,
        },
      },
    });
    expect(await (await get(`${LISTS}/7000000001${NUMBERS}`)).json()).toMatchObject({
      membershipStatus: 1,
      accessReason: 1,
      ingestedUserListInfo: { uploadKeyTypes: [1], contactIdInfo: { dataSourceType: 1 } },
    });
    expect(await (await get(`${LISTS}/7000000001`)).json()).toMatchObject({
      ingestedUserListInfo: { uploadKeyTypes: ['CONTACT_ID'] },
    });
  });
});

describe('the Google emulator refuses an upload', () => {
  it('to a list that is made for other keys', async () => {
    const mobileIdInfo = { keySpace: 'IOS', appId: 'com.example' };
    const half = list('B', { uploadKeyTypes: ['MOBILE_ID'], mobileIdInfo: { keySpace: 'IOS' } });
    expect((await post(LISTS, half)).status).toBe(400);
    const made = await post(LISTS, list('B', { uploadKeyTypes: ['MOBILE_ID'], mobileIdInfo }));
    expect(made.status).toBe(200);
    const destination = { ...DESTINATION, productDestinationId: '7000000002' };
    const answer = await post(INGEST, upload({ destinations: [destination] }));
    expect(await violationsOf(answer)).toMatchObject([{ reason: 'INVALID_USER_LIST_TYPE' }]);
  });

  it('to a list by its name', async () => {
    const productDestinationId = 'accountTypes/GOOGLE_ADS/accounts/1234567890/userLists/7000000001';
    const answer = await post(
      INGEST,
      upload({ destinations: [{ ...DESTINATION, productDestinationId }] }),
    );
    expect(await violationsOf(answer)).toMatchObject([{ reason: 'INVALID_NUMBER_FORMAT' }]);
  });

  it('with a key that it was told to refuse, by the path to it, also after a restart', async () => {
    emulator.refuseKey(DIGEST);
    emulator = googleEmulator(world);
    const audienceMembers = [member(digestOf('other')), member(DIGEST)];
    for (const path of [INGEST, '/v1/audienceMembers:remove']) {
      const body = upload({ audienceMembers });
      const answer = await post(
        path,
        path === INGEST ? body : { ...body, termsOfService: undefined },
      );
      expect(await violationsOf(answer)).toMatchObject([
        {
          field:
            'audience_members.audience_members[1].composite_data.user_data.user_identifiers[0]',
          reason: 'INVALID_SHA256_FORMAT',
        },
      ]);
    }
  });

  it('of additions to a list that is closed, and shows the list as that, also after a restart', async () => {
    const mood = (options?: GoogleSandboxOptions) => (emulator = googleEmulator(world, options));
    expect((await post(LISTS, { ...list('B'), membershipStatus: 'CLOSED' })).status).toBe(200);
    expect((await post(LISTS, { ...list('C'), membershipStatus: 'OPEN' })).status).toBe(200);
    mood();
    const shown = async (id: string) => (await get(`${LISTS}/${id}`)).json();
    expect(await shown('7000000002')).toMatchObject({ membershipStatus: 'CLOSED' });
    expect(await shown('7000000003')).toMatchObject({ membershipStatus: 'OPEN' });
    const destinations = [{ ...DESTINATION, productDestinationId: '7000000002' }];
    const answer = await post(INGEST, upload({ destinations }));
    expect(await violationsOf(answer)).toMatchObject([{ reason: 'INVALID_DESTINATION' }]);
    const removal = upload({ destinations, termsOfService: undefined });
    expect((await post('/v1/audienceMembers:remove', removal)).status).toBe(200);
    mood({ closedListReason: 'INVALID_USER_LIST_ID' });
    const other = await post(INGEST, upload({ destinations }));
    expect(await violationsOf(other)).toMatchObject([{ reason: 'INVALID_USER_LIST_ID' }]);
    await processed();
    expect(emulator.members('7000000002')).toEqual([]);
  });

  it('from a manager account of another kind', async () => {
    const loginAccount = { accountType: 'DATA_PARTNER', accountId: '9998887777' };
    const answer = await post(INGEST, upload({ destinations: [{ ...DESTINATION, loginAccount }] }));
    expect(await violationsOf(answer)).toMatchObject([{ reason: 'INVALID_CLIENT_ACCOUNT_ID' }]);
  });
});

describe('the Google emulator refuses a list', () => {
  it('of a name that is too long', async () => {
    expect((await post(LISTS, list('あ'.repeat(255)))).status).toBe(200);
    const answer = await post(LISTS, list('x'.repeat(256)));
    expect(await violationsOf(answer)).toMatchObject([
      { field: 'user_list.display_name', reason: 'FIELD_VALUE_TOO_LONG' },
    ]);
    await start({ mostNameLength: 10 });
    expect((await post(LISTS, list('x'.repeat(10)))).status).toBe(200);
    expect((await post(LISTS, list('x'.repeat(11)))).status).toBe(400);
  });

  it.each([
    ['CONTACT_ID', { mobileIdInfo: { keySpace: 'IOS', appId: 'com.example' } }],
    ['CONTACT_ID', { userIdInfo: {} }],
    ['MOBILE_ID', { mobileIdInfo: { keySpace: 'IOS', appId: 'com.example' }, contactIdInfo: {} }],
    ['USER_ID', { contactIdInfo: {} }],
  ])('of %s that tells of other keys: %j', async (keyType, info) => {
    const answer = await post(LISTS, list('B', { uploadKeyTypes: [keyType], ...info }));
    expect(await violationsOf(answer)).toMatchObject([
      { reason: 'UNSUPPORTED_INGESTED_USER_LIST_INFO_CONFIG' },
    ]);
  });
});

describe('the Google emulator', () => {
  it('refuses a malformed manager account wherever it is named', async () => {
    await post(INGEST, upload());
    for (const path of [LISTS, `${LISTS}/7000000001`, STATUS]) {
      for (const login of ['x', 'accountTypes/GOOGLE_ADS/accounts/999-888-7777', '9998887777']) {
        const answer = await get(path, { 'login-account': login });
        expect(answer.status).toBe(400);
        expect(await violationsOf(answer)).toMatchObject([{ field: 'login-account' }]);
      }
      expect((await get(path)).status).toBe(200);
    }
    for (const path of [INGEST, REMOVE_ALL]) {
      const body = path === INGEST ? upload() : { destinations: [DESTINATION] };
      expect((await post(path, body, { 'login-account': 'x' })).status).toBe(400);
    }
  });

  it('reads a manager account from the header of a list request, in its own form', async () => {
    const header = (account: string) => ({ 'login-account': account });
    const login = 'accountTypes/GOOGLE_ADS/accounts/9998887777';
    expect((await get(LISTS, header(login))).status).toBe(200);
    expect((await get(LISTS, header('9998887777'))).status).toBe(400);
    expect((await get(LISTS.replace('1234567890', '2345678901'), header(login))).status).toBe(200);
    expect((await get(LISTS.replace('1234567890', '2345678901'))).status).toBe(403);
  });

  it('may keep the reasons of a failure to itself', async () => {
    await start({ errorCounts: 'missing', withoutConsent: 'refused' });
    await post(INGEST, upload());
    await processed();
    const status = await statusOf('sandbox-request-1');
    expect(status).toMatchObject({ requestStatus: 'FAILED' });
    expect(status).not.toHaveProperty('errorInfo');
  });

  it('forgets a list that somebody deletes on its pages', async () => {
    await post(INGEST, upload());
    emulator.deleteAudience('7000000001');
    emulator.deleteAudience('1');
    await processed();
    expect(emulator.audiences()).toEqual([]);
    expect(emulator.members('7000000001')).toEqual([]);
    expect((await get(`${LISTS}/7000000001`)).status).toBe(404);
    expect((await post(LISTS, list('A'))).status).toBe(200);
  });

  it('tells its time in every answer', async () => {
    world.clock.advance(90_000);
    for (const path of [LISTS, '/nowhere']) {
      expect((await get(path)).headers.get('date')).toBe('Sat, 21 Nov 2026 00:01:30 GMT');
    }
  });

  it('counts what is read and what is changed apart, by the minute', async () => {
    for (let n = 0; n < 300; n += 1) await get(`${LISTS}/7000000001`);
    const refused = await get(`${LISTS}/7000000001`);
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({
      error: {
        status: 'RESOURCE_EXHAUSTED',
        details: expect.arrayContaining([
          expect.objectContaining({
            metadata: expect.objectContaining({
              quota_limit: 'ManagementReadRequestsPerMinutePerProject',
            }) as object,
          }) as object,
        ]) as object,
      },
    });
    expect((await post(LISTS, list('B'))).status).toBe(200);
    world.clock.advance(200);
    expect((await get(`${LISTS}/7000000001`)).status).toBe(200);
  });
});
