/** What the Google emulator refuses, and what it remembers. */
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createEmulator as createGoogleEmulator } from '../../connectors/google/sandbox.ts';
import { PROCESSING_MS } from '../../connectors/google/sandbox/state.ts';
import type { Emulator } from '../../connectors/sandbox/emulator.ts';
import { emptyWorld } from '../../connectors/sandbox/world.ts';
import { digestOf } from '../support/google-context.ts';

const LISTS = '/v1/accountTypes/GOOGLE_ADS/accounts/1234567890/userLists';
const INGEST = '/v1/audienceMembers:ingest';
const REMOVE = '/v1/audienceMembers:remove';
const STATUS = '/v1/requestStatus:retrieve';
const LIST = {
  displayName: 'A',
  description: 'B',
  membershipDuration: '86400s',
  ingestedUserListInfo: { uploadKeyTypes: ['CONTACT_ID'] },
};
const DIGEST = digestOf('someone@example.com');
const EMPTY = digestOf('');
const ADDRESS = {
  givenName: DIGEST,
  familyName: DIGEST,
  regionCode: 'JP',
  postalCode: '150-0001',
};
const ACCOUNT = { accountType: 'GOOGLE_ADS', accountId: '1234567890' };
const DESTINATION = { operatingAccount: ACCOUNT, productDestinationId: '7000000001' };

const Refused = z.object({
  error: z.object({
    message: z.string(),
    status: z.string(),
    details: z.array(
      z.looseObject({
        '@type': z.string(),
        reason: z.string().optional(),
        fieldViolations: z.array(z.object({ reason: z.string().optional() })).optional(),
      }),
    ),
  }),
});

let world: ReturnType<typeof emptyWorld>;
let emulator: Emulator;
let token: string;

beforeEach(async () => {
  world = emptyWorld(new Date('2026-11-21T00:00:00Z'));
  emulator = createGoogleEmulator(world);
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
  expect((await post(LISTS, LIST)).status).toBe(200);
});

const auth = () => ({ authorization: `Bearer ${token}` });
const get = (path: string) => emulator.app.request(path, { headers: auth() });
const post = async (path: string, body: unknown, headers: Record<string, string> = {}) =>
  emulator.app.request(path, {
    method: 'POST',
    headers: { ...auth(), ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

const member = (...userIdentifiers: object[]) => ({
  compositeData: { userData: { userIdentifiers } },
});
const email = (emailAddress: string) => member({ emailAddress });

/** A request that the platform takes, with fields replaced. */
function upload(given: object = {}): object {
  return {
    destinations: [DESTINATION],
    audienceMembers: [email(DIGEST)],
    encoding: 'HEX',
    termsOfService: { customerMatchTermsOfServiceStatus: 'ACCEPTED' },
    ...given,
  };
}

async function reasonsOf(answer: Response): Promise<(string | undefined)[]> {
  const { error } = Refused.parse(await answer.json());
  const violations = error.details.flatMap(({ fieldViolations = [] }) => fieldViolations);
  return violations.length === 0 ? [error.status] : violations.map(({ reason }) => reason);
}

describe('the Google emulator refuses an upload', () => {
  const many = (count: number) => Array.from({ length: count }, () => ({ emailAddress: DIGEST }));
  const members = Array.from({ length: 10_001 }, () => email(DIGEST));
  const elsewhere = (given: object) => ({ destinations: [{ ...DESTINATION, ...given }] });

  const address = (given: object) => ({
    audienceMembers: [member({ address: { ...ADDRESS, ...given } })],
  });

  it.each<[string, object, string]>([
    ['without members', { audienceMembers: [] }, 'REQUIRED_FIELD_MISSING'],
    ['of 10,001 members', { audienceMembers: members }, 'TOO_MANY_AUDIENCE_MEMBERS'],
    ['of 11 identifiers', { audienceMembers: [member(...many(11))] }, 'TOO_MANY_USER_IDENTIFIERS'],
    ['without identifiers', { audienceMembers: [member()] }, 'NO_IDENTIFIERS_PROVIDED'],
    ['of no data', { audienceMembers: [{}] }, 'INVALID_AUDIENCE_MEMBER'],
    [
      'with two identifiers in one',
      { audienceMembers: [member({ emailAddress: DIGEST, phoneNumber: DIGEST })] },
      'INVALID_AUDIENCE_MEMBER',
    ],
    [
      'of two data types',
      { audienceMembers: [email(DIGEST), email(DIGEST).compositeData] },
      'MULTIPLE_DATA_TYPES_NOT_ALLOWED',
    ],
    ['in plain text', { audienceMembers: [email('a@example.com')] }, 'INVALID_HEX_ENCODING'],
    ['in capitals', { audienceMembers: [email(DIGEST.toUpperCase())] }, 'INVALID_HEX_ENCODING'],
    ['of short digests', { audienceMembers: [email('abcd')] }, 'INVALID_SHA256_FORMAT'],
    ['of the empty string', { audienceMembers: [email(EMPTY)] }, 'INVALID_SHA256_FORMAT'],
    ['in hex called Base64', { encoding: 'BASE64' }, 'INVALID_SHA256_FORMAT'],
    ...['givenName', 'familyName', 'regionCode', 'postalCode'].map(
      (part): [string, object, string] => [
        `with an address without ${part}`,
        { audienceMembers: [member({ address: { ...ADDRESS, [part]: undefined } })] },
        'REQUIRED_FIELD_MISSING',
      ],
    ),
    ['with a blank in an address', address({ postalCode: '' }), 'REQUIRED_FIELD_MISSING'],
    ['with a name in plain text', address({ givenName: 'taro' }), 'INVALID_HEX_ENCODING'],
    ['with a name of nothing', address({ familyName: EMPTY }), 'INVALID_SHA256_FORMAT'],
    ['with a region that is none', address({ regionCode: 'jp' }), 'INVALID_COUNTRY_CODE'],
    ['with a region of nobody', address({ regionCode: 'QQ' }), 'INVALID_COUNTRY_CODE'],
    ['with a region that was', address({ regionCode: 'AN' }), 'INVALID_COUNTRY_CODE'],
    ['with a hashed region', address({ regionCode: DIGEST }), 'INVALID_COUNTRY_CODE'],
    ['with a postal code in spaces', address({ postalCode: ' 1 ' }), 'INVALID_POSTAL_CODE'],
    [
      'with an address and an e-mail in one',
      { audienceMembers: [member({ address: ADDRESS, emailAddress: DIGEST })] },
      'INVALID_AUDIENCE_MEMBER',
    ],
    ['without encoding', { encoding: undefined }, 'REQUIRED_FIELD_MISSING'],
    ['without terms', { termsOfService: undefined }, 'TERMS_AND_CONDITIONS_NOT_SIGNED'],
    ['without destination', { destinations: [] }, 'REQUIRED_FIELD_MISSING'],
    [
      'to one destination twice',
      { destinations: [DESTINATION, DESTINATION] },
      'DUPLICATE_DESTINATION_REFERENCE',
    ],
    ['to an unknown list', elsewhere({ productDestinationId: '1' }), 'INVALID_USER_LIST_ID'],
    [
      'with hyphens in the account',
      elsewhere({ operatingAccount: { ...ACCOUNT, accountId: '123-456-7890' } }),
      'INVALID_NUMBER_FORMAT',
    ],
    [
      'to another account',
      elsewhere({ operatingAccount: { ...ACCOUNT, accountId: '9999999999' } }),
      'PERMISSION_DENIED',
    ],
  ])('%s', async (_, given, reason) => {
    const answer = await post(INGEST, upload(given));
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(await reasonsOf(answer)).toContain(reason);
    world.clock.advance(PROCESSING_MS);
    expect(emulator.members('7000000001')).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['that is not JSON', '{'],
    ['with an unknown name', upload({ operations: [] })],
    ['with the consent words of the Ads API', upload({ consent: { adUserData: 'GRANTED' } })],
    ['with an enum of an unknown number', upload({ encoding: 3 })],
    ['with an unknown consent', upload({ consent: { adUserData: 'CONSENT_UNKNOWN' } })],
    [
      'with a street, which is for Analytics alone',
      upload({ audienceMembers: [member({ address: { ...ADDRESS, addressLine: '1-2-3' } })] }),
    ],
    ['of mobile ids', upload({ audienceMembers: [{ mobileData: { mobileIds: ['a'] } }] })],
  ])('%s, as the JSON itself is wrong', async (_, body) => {
    const answer = await post(INGEST, body);
    expect(answer.status).toBe(400);
    expect(await reasonsOf(answer)).toEqual([undefined]);
  });

  it('with consent or terms in a removal', async () => {
    expect((await post(REMOVE, upload())).status).toBe(400);
    expect((await post(REMOVE, upload({ termsOfService: undefined }))).status).toBe(200);
  });

  it('with account headers, which belong to list requests', async () => {
    expect((await post(INGEST, upload(), { 'login-account': 'x' })).status).toBe(400);
  });

  it('without a token, with a made-up one and with an expired one', async () => {
    for (const authorization of ['', 'Bearer x', token, `Basic ${token}`]) {
      expect((await post(INGEST, upload(), { authorization })).status).toBe(401);
    }
    world.clock.advance(3_600_000);
    expect((await post(INGEST, upload())).status).toBe(401);
  });

  it('that names a denied consent, in the status and not at once', async () => {
    const consent = { adUserData: 'CONSENT_DENIED', adPersonalization: 'CONSENT_GRANTED' };
    const answer = await post(INGEST, upload({ consent }));
    const { requestId } = z.object({ requestId: z.string() }).parse(await answer.json());
    world.clock.advance(PROCESSING_MS);
    expect(await (await get(`${STATUS}?requestId=${requestId}`)).json()).toMatchObject({
      requestStatusPerDestination: [
        {
          requestStatus: 'FAILED',
          errorInfo: {
            errorCounts: [{ recordCount: '1', reason: 'PROCESSING_ERROR_REASON_DENIED_CONSENT' }],
          },
        },
      ],
    });
    expect(emulator.members('7000000001')).toEqual([]);
  });
});

describe('the Google emulator counts what it was sent', () => {
  it('by type, addresses among them', async () => {
    const audienceMembers = [
      member({ emailAddress: DIGEST }, { phoneNumber: DIGEST }, { address: ADDRESS }),
    ];
    const answer = await post(INGEST, upload({ audienceMembers }));
    const { requestId } = z.object({ requestId: z.string() }).parse(await answer.json());
    world.clock.advance(PROCESSING_MS);
    expect(await (await get(`${STATUS}?requestId=${requestId}`)).json()).toMatchObject({
      requestStatusPerDestination: [
        {
          audienceMembersIngestionStatus: {
            compositeDataIngestionStatus: {
              recordCount: '1',
              dataTypeCounts: [
                { type: 'EMAIL', count: '1' },
                { type: 'PHONE_NUMBER', count: '1' },
                { type: 'ADDRESS', count: '1' },
              ],
            },
          },
        },
      ],
    });
  });
});

describe('the Google emulator refuses a list', () => {
  const info = (uploadKeyTypes: string[]) => ({ ingestedUserListInfo: { uploadKeyTypes } });

  it.each<[string, object, string]>([
    ['of a name in use', {}, 'DISPLAY_NAME_ALREADY_USED'],
    ['without a name', { displayName: '' }, 'REQUIRED_FIELD_MISSING'],
    ['without a description', { displayName: 'C', description: '' }, 'REQUIRED_FIELD_MISSING'],
    ['of half a day', { displayName: 'C', membershipDuration: '43200s' }, 'INVALID_ARGUMENT'],
    [
      'of 541 days',
      { displayName: 'C', membershipDuration: `${541 * 86_400}s` },
      'MEMBERSHIP_DURATION_TOO_LONG',
    ],
    ['without key types', { displayName: 'C', ...info([]) }, 'REQUIRED_FIELD_MISSING'],
    [
      'of two key types',
      { displayName: 'C', ...info(['CONTACT_ID', 'USER_ID']) },
      'UNSUPPORTED_USER_LIST_UPLOAD_KEY_TYPES',
    ],
  ])('%s', async (_, given, reason) => {
    expect(await reasonsOf(await post(LISTS, { ...LIST, ...given }))).toEqual([reason]);
    expect(emulator.audiences()).toHaveLength(1);
  });

  it('that it only shows: the read-only fields are unknown names', async () => {
    expect((await post(LISTS, { ...LIST, displayName: 'C', id: '5' })).status).toBe(400);
  });
});

describe('the Google emulator', () => {
  it('pages through lists, by 50 unless told otherwise', async () => {
    for (let n = 0; n < 60; n += 1) await post(LISTS, { ...LIST, displayName: `List ${n}` });
    const Page = z.object({
      userLists: z.array(z.unknown()),
      nextPageToken: z.string().optional(),
    });
    const first = Page.parse(await (await get(LISTS)).json());
    expect(first.userLists).toHaveLength(50);
    const rest = await get(`${LISTS}?pageToken=${first.nextPageToken}`);
    expect(Page.parse(await rest.json())).toMatchObject({ userLists: { length: 11 } });
    expect((await get(`${LISTS}?pageToken=x`)).status).toBe(400);
    expect((await get(`${LISTS}?page=2`)).status).toBe(400);
  });

  it('applies nothing and follows nothing when only asked to validate', async () => {
    const answer = await post(INGEST, upload({ validateOnly: true }));
    expect(answer.status).toBe(200);
    world.clock.advance(PROCESSING_MS);
    expect(emulator.members('7000000001')).toEqual([]);
    expect(await reasonsOf(await get(`${STATUS}?requestId=sandbox-request-1`))).toEqual([
      'INVALID_REQUEST_ID',
    ]);
  });

  it('remembers all that it answered when it starts again from its journal', async () => {
    const answer = await post(INGEST, upload());
    expect(answer.status).toBe(200);
    emulator = createGoogleEmulator(world);
    world.clock.advance(PROCESSING_MS);
    expect(emulator.members('7000000001')).toEqual([DIGEST]);
    expect((await get(`${LISTS}/7000000001`)).status).toBe(200);
    expect((await get(`${STATUS}?requestId=sandbox-request-1`)).status).toBe(200);
    const next = await post(LISTS, { ...LIST, displayName: 'C' });
    expect(await next.json()).toMatchObject({ id: '7000000002' });
  });

  it('answers an address that Google does not serve with a page', async () => {
    const answer = await get('/v2/audienceMembers:ingest');
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toContain('text/html');
  });
});
