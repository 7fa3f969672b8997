import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { sandboxClock } from '../../connectors/sandbox/world.ts';
import { oauthCheck, TIMESTAMP_TOLERANCE_S } from '../../connectors/x/sandbox/oauth.ts';
import { rateWindows, WRITE_WINDOW_MS } from '../../connectors/x/sandbox/rates.ts';
import { roster } from '../../connectors/x/sandbox/roster.ts';
import type { Roster } from '../../connectors/x/sandbox/roster.ts';
import { MAX_BYTES, MAX_OPERATIONS, readUsersBody } from '../../connectors/x/sandbox/users.ts';
import type { KeyKind } from '../../src/identity/types.ts';

const NOW = new Date('2026-11-01T00:00:00Z');
const a = 'a'.repeat(64);
const b = 'b'.repeat(64);
const c = 'c'.repeat(64);

describe('the emulated OAuth 1.0a check', () => {
  // The worked example of X's own page "Creating a signature", in its two editions.
  const keys = {
    consumerKey: 'xvz1evFS4wEEPTGEFPHBog',
    consumerSecret: 'kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw',
    token: '370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb',
    tokenSecret: 'LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE',
  };
  const status = 'Hello Ladies + Gentlemen, a signed OAuth request!';
  const example = (changes: Record<string, string> = {}, version = '1.1') => {
    const parameters = {
      oauth_consumer_key: keys.consumerKey,
      oauth_nonce: 'kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg',
      oauth_signature: 'hCtSmYh+iHYCEqBWrE7C7hYmtUk=',
      oauth_signature_method: 'HMAC-SHA1',
      oauth_timestamp: '1318622958',
      oauth_token: keys.token,
      oauth_version: '1.0',
      ...changes,
    };
    const list = Object.entries(parameters).map(
      ([name, value]) => `${name}="${encodeURIComponent(value)}"`,
    );
    return {
      method: 'POST',
      url: new URL(`https://api.twitter.com/${version}/statuses/update.json?include_entities=true`),
      authorization: `OAuth ${list.join(', ')}`,
      form: new URLSearchParams({ status }),
    };
  };

  it('takes the signatures that X prints in its documentation', () => {
    expect(oauthCheck(keys)(example())).toBeUndefined();
    const older = example({ oauth_signature: 'tnnArxj06cWHq44gCs1OSKk/jLY=' }, '1');
    expect(oauthCheck(keys)(older)).toBeUndefined();
  });

  it('refuses any request that differs from the one that was signed', () => {
    const check = oauthCheck(keys);
    const signed = example();
    const other = new URL(signed.url);
    other.searchParams.set('include_entities', 'false');
    for (const changed of [
      { ...signed, method: 'PUT' },
      { ...signed, url: other },
      { ...signed, url: new URL('http://api.twitter.com/1.1/statuses/update.json') },
      { ...signed, form: new URLSearchParams({ status: `${status}!` }) },
      { ...signed, form: undefined },
      example({ oauth_nonce: 'other' }),
      example({ oauth_timestamp: '1318622959' }),
    ]) {
      expect(check(changed)).toBe('the signature does not fit');
    }
    expect(oauthCheck({ ...keys, tokenSecret: 'other' })(signed)).toContain('signature');
    expect(oauthCheck({ ...keys, consumerSecret: 'other' })(signed)).toContain('signature');
  });

  it('refuses headers that are malformed, incomplete or of strangers', () => {
    const check = oauthCheck(keys);
    const { authorization, ...rest } = example();
    const reasons = [
      undefined,
      'Bearer abc',
      'OAuth',
      `${authorization}, oauth_nonce="again"`,
      authorization.replace('"1.0"', '"%ZZ"'),
    ].map((header) => check({ ...rest, authorization: header }));
    expect(reasons).toEqual([
      'no OAuth authorization header',
      'no OAuth authorization header',
      'no OAuth authorization header',
      'a parameter is given twice',
      'no OAuth authorization header',
    ]);
    expect(check(example({ oauth_token: '' }))).toBe('oauth_token is missing');
    expect(check(example({ oauth_token: 'x' }))).toBe('unknown token');
    expect(check(example({ oauth_consumer_key: 'x' }))).toBe('unknown consumer key');
    expect(check(example({ oauth_signature_method: 'PLAINTEXT' }))).toBe('not HMAC-SHA1');
    expect(check(example({ oauth_version: '2.0' }))).toBe('not version 1.0');
    expect(check(example({ oauth_timestamp: '-5' }))).toContain('positive integer');
  });

  it('refuses a nonce that was used before', () => {
    const check = oauthCheck(keys);
    expect(check(example())).toBeUndefined();
    expect(check(example())).toBe('the nonce was used before');
  });

  it('refuses a timestamp out of bounds where it has a clock', () => {
    const signedAt = 1_318_622_958;
    const at = (seconds: number) => oauthCheck(keys, () => signedAt + seconds)(example());
    expect(at(TIMESTAMP_TOLERANCE_S)).toBeUndefined();
    expect(at(-TIMESTAMP_TOLERANCE_S)).toBeUndefined();
    expect(at(TIMESTAMP_TOLERANCE_S + 1)).toBe('the timestamp is out of bounds');
    expect(at(-TIMESTAMP_TOLERANCE_S - 1)).toBe('the timestamp is out of bounds');
  });
});

describe('the emulated users body', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const rules = { kind: 'crm', now: NOW, refused: new Set<string>() } as const;
  const read = (body: unknown) => readUsersBody(bytes(JSON.stringify(body)), rules);
  const update = (params: object) => ({ operation_type: 'Update', params });
  const users = [{ email: [a] }];

  it('takes Updates and Deletes together and counts the users of both', () => {
    const read1 = read([
      update({ expires_at: '2027-11-01T00:00:00Z', users: [{ email: [a], phone_number: [b] }] }),
      { operation_type: 'Delete', params: { users: [{ email: [a] }, { handle: [c] }] } },
    ]);
    expect(read1).toMatchObject({ ok: true, users: 3 });
    expect(read1).toMatchObject({
      operations: [
        { type: 'Update', from: '2026-11-01T00:00:00.000Z', until: '2027-11-01T00:00:00.000Z' },
        { type: 'Delete', users: [{ email: [a] }, { x_handle: [c] }] },
      ],
    });
  });

  it('keeps every key of a user by its kind, digests and plain ids', () => {
    const user = {
      email: [a],
      phone_number: [a, b],
      twitter_id: [b],
      device_id: [c],
      handle: [a],
      partner_user_id: ['c-1', 'c-2'],
    };
    const kinds = {
      email: [a],
      phone: [a, b],
      x_id: [b],
      mobile_id: [c],
      x_handle: [a],
      external_id: ['c-1', 'c-2'],
    };
    expect(read([update({ users: [user] })])).toMatchObject({
      operations: [{ users: [kinds] }],
    });
  });

  it('lets a member live 13 months where no expiry is given', () => {
    expect(read([update({ users })])).toMatchObject({
      operations: [{ until: '2027-12-01T00:00:00.000Z' }],
    });
  });

  it.each([
    ['an upper-case digest', { users: [{ email: [a.toUpperCase()] }] }],
    ['a raw address', { users: [{ email: ['someone@example.com'] }] }],
    ['a digest too short', { users: [{ phone_number: [a.slice(1)] }] }],
    [
      'the digest of nothing',
      {
        users: [{ email: ['e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'] }],
      },
    ],
    ['a key that is no list', { users: [{ email: a }] }],
    ['an unknown key', { users: [{ mail: [a] }] }],
    ['a user without keys', { users: [{ email: [] }] }],
    ['a blank id of the advertiser', { users: [{ partner_user_id: [''] }] }],
    ['an id that is no list', { users: [{ partner_user_id: 'c-1' }] }],
    ['an id that is a number', { users: [{ partner_user_id: [1] }] }],
    ['a handle in plain text', { users: [{ handle: ['adsapi'] }] }],
    ['an id of X in plain text', { users: [{ twitter_id: ['143567'] }] }],
    [
      'a device id in plain text',
      { users: [{ device_id: ['4b61639e-47cc-4056-a16a-c8217e029462'] }] },
    ],
    ['no users', { users: [] }],
    ['no list of users', {}],
    ['an unknown parameter', { users, ttl: 3 }],
    ['a local time', { users, expires_at: '2027-01-01T00:00:00+09:00' }],
    ['a day alone', { users, expires_at: '2027-01-01' }],
    ['a time that is none', { users, expires_at: '2027-13-01T00:00:00Z' }],
    ['an expiry in the past', { users, expires_at: '2026-10-31T23:59:59Z' }],
    ['an expiry at once', { users, expires_at: '2026-11-01T00:00:00Z' }],
    [
      'an expiry before the start',
      { users, effective_at: '2027-01-02T00:00:00Z', expires_at: '2027-01-01T00:00:00Z' },
    ],
    ['an expiry over 13 months ahead', { users, expires_at: '2027-12-01T00:00:01Z' }],
  ])('refuses %s, and the good operation beside it', (_, params) => {
    const body = read([update({ users }), update(params)]);
    expect(body).toMatchObject({ ok: false });
    expect(body).toMatchObject({ operationErrors: [[], [{ code: 'INVALID_PARAMETER' }]] });
  });

  it('refuses what is no array of operations, and unknown types of them', () => {
    for (const body of [{}, [], null, 'text', { operation_type: 'Update' }]) {
      expect(read(body)).toMatchObject({ ok: false, errors: [{ code: 'INVALID_PARAMETER' }] });
    }
    expect(readUsersBody(bytes('[{'), rules)).toMatchObject({ ok: false });
    const lowercase = { operation_type: 'update', params: { users } };
    expect(read([lowercase])).toMatchObject({ operationErrors: [[{}]] });
  });

  it('takes bodies up to its limits and refuses one operation or byte more', () => {
    const operations = Array.from({ length: MAX_OPERATIONS }, () => update({ users }));
    expect(read(operations)).toMatchObject({ ok: true, users: MAX_OPERATIONS });
    expect(read([...operations, update({ users })])).toMatchObject({ ok: false });
    const body = JSON.stringify([update({ users })]);
    expect(readUsersBody(bytes(body.padEnd(MAX_BYTES)), rules)).toMatchObject({ ok: true });
    expect(readUsersBody(bytes(body.padEnd(MAX_BYTES + 1)), rules)).toMatchObject({ ok: false });
  });
});

describe('the emulated body of the do-not-reach list', () => {
  const rules = { kind: 'do-not-reach', now: NOW, refused: new Set<string>() } as const;
  const read = (params: object, operation_type = 'Update') =>
    readUsersBody(new TextEncoder().encode(JSON.stringify([{ operation_type, params }])), rules);
  const expires_at = '2027-11-30T23:59:59Z';

  it('takes e-mails and phones in either case and keeps them in lower case', () => {
    const users = [{ email: [a.toUpperCase()], phone_number: [b] }];
    expect(read({ expires_at, users })).toMatchObject({
      operations: [{ users: [{ email: [a], phone: [b] }] }],
    });
    expect(read({ users }, 'Delete')).toMatchObject({ operations: [{ type: 'Delete' }] });
  });

  it.each([
    ['a start', { expires_at, effective_at: '2026-12-01T00:00:00Z', users: [{ email: [a] }] }],
    ['an expiry of 13 months', { expires_at: '2027-12-01T00:00:00Z', users: [{ email: [a] }] }],
    ['another kind of key', { expires_at, users: [{ email: [a], handle: [b] }] }],
    ['an id in plain text', { expires_at, users: [{ partner_user_id: ['c-1'] }] }],
    ['a list of emails', { expires_at, emails: [a] }],
    [
      'the digest of nothing in upper case',
      {
        expires_at,
        users: [{ email: ['E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855'] }],
      },
    ],
  ])('refuses %s', (_, params) => {
    expect(read(params)).toMatchObject({ operationErrors: [[{ code: 'INVALID_PARAMETER' }]] });
  });

  it('refuses an Update without an expiry', () => {
    expect(read({ users: [{ email: [a] }] })).toMatchObject({
      operationErrors: [[{ code: 'MISSING_PARAMETER' }]],
    });
  });
});

/** Keys of one kind. */
const keys = (kind: KeyKind | undefined, ...values: string[]) =>
  values.map((value) => ({ value, kind }));

const valuesAt = (list: Roster, now: number) =>
  list
    .keysAt(now)
    .map(({ value }) => value)
    .toSorted();

describe('the emulated roster', () => {
  it('takes off the named digests, or the whole user, as told', () => {
    const lists = (['digest', 'user'] as const).map((matches) => {
      const list = roster();
      list.update(keys('email', a, b), 0, 10);
      list.update(keys('email', b, c), 0, 10);
      list.delete(keys('email', a), matches);
      return valuesAt(list, 5);
    });
    expect(lists).toEqual([
      [b, c],
      [b, c],
    ]);
    const alone = roster();
    alone.update(keys('email', a, b), 0, 10);
    alone.delete(keys('email', a), 'user');
    expect(alone.keysAt(5)).toEqual([]);
  });

  it('holds a user from the start of its span until the end, and a new Update moves it', () => {
    const list = roster();
    list.update(keys('email', b, a, a), 2, 5);
    const present = () => [1, 2, 4, 5].map((now) => list.keysAt(now).length);
    expect(present()).toEqual([0, 2, 2, 0]);
    expect([1, 2, 5].map((now) => list.nextChange(now))).toEqual([2, 5, undefined]);
    list.update(keys('email', a, b), 2, 9);
    expect(present()).toEqual([0, 2, 2, 2]);
    expect(list.nextChange(5)).toBe(9);
  });

  it('gives a key of several users once', () => {
    const list = roster();
    list.update(keys('email', a, b), 0, 10);
    list.update(keys('email', a, c), 0, 10);
    expect(valuesAt(list, 5)).toEqual([a, b, c]);
  });

  it('keeps a user of more keys apart from one of fewer', () => {
    const list = roster();
    list.update(keys('email', a), 0, 5);
    list.update(keys('email', a, b), 0, 9);
    list.update(keys('email', a), 0, 5);
    expect(valuesAt(list, 7)).toEqual([a, b]);
  });

  it('never takes ids for others because of the signs in them', () => {
    const list = roster();
    list.update(keys('external_id', 'a', 'b,c'), 0, 5);
    list.update(keys('external_id', 'a', 'b', 'c'), 0, 9);
    expect(valuesAt(list, 7)).toEqual(['a', 'b', 'c']);
  });

  it.each(['user', 'digest'] as const)(
    'keeps apart two kinds that look alike, where a Delete takes a %s',
    (matches) => {
      const list = roster();
      list.update([...keys('email', a), ...keys('x_id', b)], 0, 10);
      list.update(keys('external_id', a, b), 0, 10);
      expect(list.keysAt(5)).toHaveLength(4);
      list.delete(keys('external_id', a, b), matches);
      expect(list.keysAt(5)).toEqual([...keys('email', a), ...keys('x_id', b)]);
    },
  );

  it('learns the kinds of a user whose keys came without, and knows them by any until then', () => {
    const list = roster();
    list.update(keys(undefined, b, a), 0, 5);
    list.update(keys(undefined, c), 0, 9);
    const user = [...keys('phone', a), ...keys('email', b)];
    list.update(user, 0, 9);
    expect(list.keysAt(4)).toEqual([...user, ...keys(undefined, c)]);
    expect(list.keysAt(7)).toHaveLength(3);
    list.delete(keys('x_handle', b, c), 'user');
    expect(list.keysAt(4)).toEqual(user);
  });

  it('takes the kind from whoever has it for a key of several users', () => {
    const list = roster();
    list.update(keys(undefined, a, b), 0, 9);
    list.update(keys('phone', b, c), 0, 9);
    expect(list.keysAt(5).filter(({ value }) => value === b)).toEqual(keys('phone', b));
  });
});

describe('the emulated rate windows', () => {
  it('answer 429 over the limit of a window, and take requests again in the next', async () => {
    const clock = sandboxClock(NOW);
    const app = new Hono();
    app.use('*', rateWindows(clock, true));
    app.post('/users', (context) => context.text('ok'));
    const post = async () => app.request('/users', { method: 'POST' });
    for (let sent = 1; sent < 1500; sent += 1) await post();
    const last = await post();
    expect(last.status).toBe(200);
    expect(last.headers.get('x-rate-limit-remaining')).toBe('0');
    const over = await post();
    expect(over.status).toBe(429);
    const reset = Number(over.headers.get('x-rate-limit-reset')) * 1000;
    expect(reset).toBe(NOW.getTime() + WRITE_WINDOW_MS);
    clock.set(new Date(reset));
    expect((await post()).status).toBe(200);
  });
});
