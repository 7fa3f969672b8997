/** The Google connector against its emulator over real HTTP. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Audience, ConnectorContext, Receipt } from '../../connectors/connector.ts';
import { google } from '../../connectors/google/index.ts';
import { googleEmulator } from '../../connectors/google/sandbox.ts';
import type { GoogleSandboxOptions } from '../../connectors/google/sandbox.ts';
import { PROCESSING_MS } from '../../connectors/google/sandbox/state.ts';
import {
  ADWORDS_ONLY_REFRESH_TOKEN,
  SANDBOX_CREDENTIALS,
} from '../../connectors/google/sandbox/token.ts';
import type { Emulator } from '../../connectors/sandbox/emulator.ts';
import { serveSandbox } from '../../connectors/sandbox/server.ts';
import type { SandboxServer } from '../../connectors/sandbox/server.ts';
import { emptyWorld } from '../../connectors/sandbox/world.ts';
import { batchOf, googleContext, people, person } from '../support/google-context.ts';
import { UNKNOWN } from '../support/member-consent.ts';

const WANTED = { name: 'Autumn list A', key: 'rk-7f3a' };
const DAY_MS = 86_400_000;

let world: ReturnType<typeof emptyWorld>;
let emulator: Emulator;
let server: SandboxServer;
let context: ConnectorContext;

async function start(options: GoogleSandboxOptions = {}): Promise<void> {
  world = emptyWorld(new Date('2026-11-21T00:00:00Z'));
  emulator = googleEmulator(world, options);
  server = await serveSandbox({ world, emulators: [emulator] });
  context = contextWith({});
}

async function restart(options: GoogleSandboxOptions): Promise<void> {
  await server.close();
  await start(options);
}

function contextWith(given: Partial<ConnectorContext>): ConnectorContext {
  return googleContext({
    endpoints: server.endpoints('google'),
    now: () => world.clock.now(),
    ...given,
  });
}

/** Pushes, lets the processing time pass, and asks. */
async function pushed(audience: Audience, ...args: Parameters<typeof batchOf>): Promise<Receipt> {
  const batch = batchOf(args[0], { audience, ...args[1] });
  const receipt = await google.push(context, batch);
  if (receipt.state === 'final') return receipt;
  world.clock.advance(PROCESSING_MS);
  return settle(receipt, batch.operation);
}

async function settle(receipt: Receipt, operation: 'add' | 'remove'): Promise<Receipt> {
  if (receipt.state === 'final' || google.settle === undefined) return receipt;
  return google.settle(context, { ...receipt, operation });
}

function digests(...members: ReturnType<typeof people>): string[] {
  return members.flatMap(({ email, phone }) => [...email, ...phone]).sort();
}

beforeEach(() => start());
afterEach(() => server.close());

describe('an audience on Google', () => {
  it('is made once and found again by its key', async () => {
    const made = await google.ensureAudience(context, WANTED);
    expect(made.name).toBe(WANTED.name);
    expect(await google.ensureAudience(context, WANTED)).toEqual(made);
    expect(await google.ensureAudience(context, { ...WANTED, name: 'Renamed' })).toEqual(made);
    expect(emulator.audiences()).toEqual([
      { id: made.remoteId, name: WANTED.name, account: '1234567890' },
    ]);
  });

  it('is made once although the answer to its making was lost', async () => {
    await google.ensureAudience(context, { name: 'Another', key: 'rk-other' });
    server.inject({ kind: 'lose-answer', platform: 'google', path: '/userLists', times: 2 });
    await expect(google.ensureAudience(context, WANTED)).rejects.toMatchObject({
      kind: 'transient',
    });
    await expect(google.ensureAudience(context, WANTED)).rejects.toMatchObject({
      kind: 'transient',
    });
    await google.ensureAudience(context, WANTED);
    await google.ensureAudience(context, WANTED);
    expect(emulator.audiences().map(({ name }) => name)).toEqual(['Another', WANTED.name]);
  });

  it('never takes over a list of that name that somebody else made', async () => {
    await google.ensureAudience(context, { ...WANTED, key: 'rk-somebody-else' });
    await expect(google.ensureAudience(context, WANTED)).rejects.toMatchObject({
      kind: 'invalid',
      code: 'DISPLAY_NAME_ALREADY_USED',
      nextStep: expect.stringContaining('Choose another audience name') as string,
    });
  });

  it('is made anew after it was removed on the platform, and a push to the old one is gone', async () => {
    const audience = await google.ensureAudience(context, WANTED);
    emulator.deleteAudience(audience.remoteId);
    const push = google.push(context, batchOf([person(1)], { audience }));
    await expect(push).rejects.toMatchObject({ kind: 'gone', code: 'INVALID_USER_LIST_ID' });
    expect(await google.readMatch(context, audience)).toMatchObject({ reason: 'gone' });
    const again = await google.ensureAudience(context, WANTED);
    expect(again.remoteId).not.toBe(audience.remoteId);
  });
});

describe('a batch to Google', () => {
  it('is pending until processed and then exact, for adds and removes', async () => {
    const audience = await google.ensureAudience(context, WANTED);
    const [first, second, third] = [person(1), person(2), person(3)];
    const receipt = await google.push(context, batchOf([first, second, third], { audience }));
    expect(receipt).toMatchObject({ state: 'pending', rows: 3 });
    world.clock.advance(PROCESSING_MS - 1);
    expect(await settle(receipt, 'add')).toEqual(receipt);
    expect(emulator.members(audience.remoteId)).toEqual([]);
    world.clock.advance(1);
    expect(await settle(receipt, 'add')).toMatchObject({ accepted: 3, rejected: [], unknown: 0 });
    expect(emulator.members(audience.remoteId)).toEqual(digests(first, second, third));

    const removal = await pushed(audience, [second], { operation: 'remove' });
    expect(removal).toMatchObject({ accepted: 1, rejected: [], unknown: 0 });
    expect(emulator.members(audience.remoteId)).toEqual(digests(first, third));
  });

  it('may be added again, and a member that is absent removed, without harm', async () => {
    const audience = await google.ensureAudience(context, WANTED);
    await pushed(audience, [person(1)]);
    expect(await pushed(audience, [person(1)])).toMatchObject({ accepted: 1 });
    const absent = await pushed(audience, [person(2)], { operation: 'remove' });
    expect(absent).toMatchObject({ accepted: 1 });
    expect(emulator.members(audience.remoteId)).toEqual(digests(person(1)));
  });

  it('removes only the identifiers that it names', async () => {
    const audience = await google.ensureAudience(context, WANTED);
    await pushed(audience, [person(1)]);
    await pushed(audience, [person(1, { phone: [] })], { operation: 'remove' });
    expect(emulator.members(audience.remoteId)).toEqual(person(1).phone);
  });

  it('sends nothing when it is empty', async () => {
    const nowhere = contextWith({ endpoints: { dataManager: 'http://127.0.0.1:1', oauth: 'x' } });
    expect(await google.push(nowhere, batchOf([]))).toEqual({
      state: 'final',
      requestId: null,
      accepted: 0,
      rejected: [],
      unknown: 0,
    });
  });

  it('may hold as many rows as the limit says and not one more', async () => {
    const audience = await google.ensureAudience(context, WANTED);
    const most = people(0, google.limits.rows);
    expect(await pushed(audience, most)).toMatchObject({ accepted: google.limits.rows });
    expect(emulator.members(audience.remoteId)).toHaveLength(2 * google.limits.rows);
    const more = google.push(context, batchOf([...most, person(-1)], { audience }));
    await expect(more).rejects.toThrow(RangeError);
  });

  it('ends exact when its answer was lost and it is sent again', async () => {
    const audience = await google.ensureAudience(context, WANTED);
    server.inject({ kind: 'lose-answer', platform: 'google', path: ':ingest' });
    const batch = batchOf([person(1)], { audience });
    await expect(google.push(context, batch)).rejects.toMatchObject({ kind: 'transient' });
    expect(await pushed(audience, [person(1)])).toMatchObject({ accepted: 1 });
    expect(emulator.members(audience.remoteId)).toEqual(digests(person(1)));
  });

  it('with one poisonous row is refused whole, without showing a digest', async () => {
    const audience = await google.ensureAudience(context, WANTED);
    const [poison = ''] = person(2).email;
    emulator.refuseKey(poison);
    const push = google.push(context, batchOf([person(1), person(2)], { audience }));
    const failure: unknown = await push.catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'invalid', code: 'INVALID_SHA256_FORMAT' });
    expect(String(failure)).toContain('audience_members[1]');
    expect(String(failure)).not.toContain(poison);
    world.clock.advance(PROCESSING_MS);
    expect(emulator.members(audience.remoteId)).toEqual([]);
  });

  it('accepted in part counts what is proven refused, and the rest as unknown', async () => {
    await restart({ withoutConsent: 'refused' });
    const audience = await google.ensureAudience(context, WANTED);
    const open = person(3, { consent: UNKNOWN });
    expect(await pushed(audience, [person(1), person(2), open])).toMatchObject({
      accepted: 0,
      rejected: [{ code: 'PROCESSING_ERROR_REASON_NO_CONSENT', count: 1 }],
      unknown: 2,
    });
    expect(emulator.members(audience.remoteId)).toEqual(digests(person(1), person(2)));
    expect(await pushed(audience, [open])).toMatchObject({
      rejected: [{ code: 'PROCESSING_ERROR_REASON_NO_CONSENT', count: 1 }],
      unknown: 0,
    });
  });

  it('of which Google forgot the request id is unknown', async () => {
    const receipt = await settle({ state: 'pending', requestId: 'never-seen', rows: 4 }, 'add');
    expect(receipt).toMatchObject({ state: 'final', accepted: 0, rejected: [], unknown: 4 });
    expect(receipt).toMatchObject({ reasons: [{ code: 'INVALID_REQUEST_ID', count: 4 }] });
  });

  it('lasts 540 days from when it was last sent', async () => {
    const audience = await google.ensureAudience(context, WANTED);
    await pushed(audience, [person(1), person(2)]);
    world.clock.advance(300 * DAY_MS);
    await pushed(audience, [person(2)]);
    world.clock.advance(300 * DAY_MS);
    expect(emulator.members(audience.remoteId)).toEqual(digests(person(2)));
  });
});

describe('the match rate on Google', () => {
  it('is a range around the true share once processed, and unknown before', async () => {
    const audience = await google.ensureAudience(context, WANTED);
    expect(await google.readMatch(context, audience)).toMatchObject({
      kind: 'unknown',
      reason: 'processing',
    });
    const members = people(0, 300);
    members.slice(0, 130).forEach((member, n) => {
      world.population.register('google', `user${n}`, [...member.email, ...member.phone]);
    });
    const receipt = await google.push(context, batchOf(members, { audience }));
    expect(await google.readMatch(context, audience)).toMatchObject({ reason: 'processing' });
    world.clock.advance(PROCESSING_MS);
    await settle(receipt, 'add');
    const reading = await google.readMatch(context, audience);
    expect(emulator.matched(audience.remoteId)).toHaveLength(130);
    if (reading.kind !== 'rate') throw new Error(`The reading is ${reading.kind}.`);
    expect(reading.lower).toBeCloseTo(0.425);
    expect(reading.upper).toBeCloseTo(0.435);
    expect(reading.lower).toBeLessThanOrEqual(130 / 300);
    expect(reading.upper).toBeGreaterThanOrEqual(130 / 300);
  });

  it('is hidden for a list that is too small to serve', async () => {
    const audience = await google.ensureAudience(context, WANTED);
    const members = people(0, 99);
    members.forEach(({ email }, n) => world.population.register('google', `user${n}`, email));
    await pushed(audience, members);
    expect(await google.readMatch(context, audience)).toMatchObject({ kind: 'unknown' });
  });
});

describe('access to Google', () => {
  const tokens = () =>
    [...world.journal.replay('google')].filter(({ type }) => type === 'token').length;

  it('is renewed once for requests at the same time, and shortly before it ends', async () => {
    await Promise.all([1, 2, 3].map(() => google.check(context)));
    expect(tokens()).toBe(1);
    world.clock.advance(3_600_000 - 61_000);
    await google.ensureAudience(context, WANTED);
    expect(tokens()).toBe(1);
    world.clock.advance(1000);
    await google.ensureAudience(context, WANTED);
    expect(tokens()).toBe(2);
  });

  it('is renewed when a token dies before its time', async () => {
    const frozen = world.clock.now();
    context = contextWith({ now: () => frozen });
    await google.ensureAudience(context, WANTED);
    world.clock.advance(DAY_MS);
    const again = [1, 2, 3].map(() => google.ensureAudience(context, WANTED));
    expect(await Promise.all(again)).toHaveLength(3);
    expect(tokens()).toBe(2);
  });

  it.each([
    ['another client secret', { clientSecret: 'wrong' }, 'auth', 'invalid_client'],
    ['a revoked refresh token', { refreshToken: 'wrong' }, 'auth', 'invalid_grant'],
    ['an empty refresh token', { refreshToken: '' }, 'auth', 'MISSING_CREDENTIAL'],
    [
      'a token for the Ads API alone',
      { refreshToken: ADWORDS_ONLY_REFRESH_TOKEN },
      'permission',
      'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
    ],
  ])('with %s fails by name', async (_, credentials, kind, code) => {
    context = contextWith({ credentials: { ...SANDBOX_CREDENTIALS, ...credentials } });
    const attempt = google.ensureAudience(context, WANTED);
    await expect(attempt).rejects.toMatchObject({ kind, code });
  });

  it('to an account of somebody else is denied', async () => {
    context = contextWith({ account: '9999999999' });
    const attempt = google.ensureAudience(context, WANTED);
    await expect(attempt).rejects.toMatchObject({ kind: 'permission', code: 'PERMISSION_DENIED' });
    const push = google.push(context, batchOf([person(1)]));
    await expect(push).rejects.toMatchObject({ kind: 'permission' });
  });

  it('is throttled by quota until a minute has passed on the clock', async () => {
    const audience = await google.ensureAudience(context, WANTED);
    const read = () => google.readMatch(context, audience);
    await Promise.all(Array.from({ length: 299 }, read));
    await expect(read()).rejects.toMatchObject({
      kind: 'throttled',
      message: expect.stringContaining('ManagementReadRequestsPerMinutePerProject') as string,
    });
    world.clock.advance(60_000);
    expect(await read()).toMatchObject({ kind: 'unknown' });
  });
});

describe('an answer that is not the one hoped for', () => {
  it.each([
    [503, '<html>Bad gateway</html>', {}, { kind: 'transient', status: 503 }],
    [200, '<html>Log in to the hotel</html>', {}, { kind: 'transient', status: 200 }],
    [200, '{"unexpected":true}', {}, { kind: 'transient', code: 'UNREADABLE_ANSWER' }],
    [429, '', { 'retry-after': '7' }, { kind: 'throttled', retryAfterMs: 7000 }],
    [
      429,
      '{"error":{"code":429,"message":"slow down","status":"RESOURCE_EXHAUSTED"}}',
      { 'retry-after': 'Sat, 21 Nov 2026 00:00:30 GMT' },
      { kind: 'throttled', retryAfterMs: 30_000 },
    ],
    [302, '', { location: 'http://127.0.0.1:1/' }, { kind: 'transient', status: 302 }],
  ])('such as %i %s is told apart', async (status, body, headers, expected) => {
    const audience = await google.ensureAudience(context, WANTED);
    const fault = { kind: 'answer', platform: 'google', path: ':ingest', status, body } as const;
    server.inject({ ...fault, headers: Object.fromEntries(Object.entries(headers)) });
    const push = google.push(context, batchOf([person(1)], { audience }));
    await expect(push).rejects.toMatchObject(expected);
  });
});
