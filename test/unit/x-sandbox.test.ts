import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { sandboxClock } from '../../connectors/sandbox/world.ts';
import { oauthCheck, TIMESTAMP_TOLERANCE_S } from '../../connectors/x/sandbox-oauth.ts';
import { rateWindows, WRITE_WINDOW_MS } from '../../connectors/x/sandbox-rates.ts';
import { roster } from '../../connectors/x/sandbox-roster.ts';
import { MAX_BYTES, MAX_OPERATIONS, readUsersBody } from '../../connectors/x/sandbox-users.ts';

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
  const read = (body: unknown) => readUsersBody(bytes(JSON.stringify(body)), NOW);
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
        { type: 'Delete', users: [[a], [c]] },
      ],
    });
  });

  it('keeps every key of a user, digests and plain ids', () => {
    const user = { twitter_id: [b], device_id: [c], handle: [a], partner_user_id: ['c-1', 'c-2'] };
    expect(read([update({ users: [user] })])).toMatchObject({
      operations: [{ users: [[a, b, c, 'c-1', 'c-2']] }],
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
    expect(readUsersBody(bytes('[{'), NOW)).toMatchObject({ ok: false });
    const lowercase = { operation_type: 'update', params: { users } };
    expect(read([lowercase])).toMatchObject({ operationErrors: [[{}]] });
  });

  it('takes bodies up to its limits and refuses one operation or byte more', () => {
    const operations = Array.from({ length: MAX_OPERATIONS }, () => update({ users }));
    expect(read(operations)).toMatchObject({ ok: true, users: MAX_OPERATIONS });
    expect(read([...operations, update({ users })])).toMatchObject({ ok: false });
    const body = JSON.stringify([update({ users })]);
    expect(readUsersBody(bytes(body.padEnd(MAX_BYTES)), NOW)).toMatchObject({ ok: true });
    expect(readUsersBody(bytes(body.padEnd(MAX_BYTES + 1)), NOW)).toMatchObject({ ok: false });
  });
});

describe('the emulated roster', () => {
  it('takes off the named digests, or the whole user, as told', () => {
    const lists = (['digest', 'user'] as const).map((matches) => {
      const list = roster();
      list.update([a, b], 0, 10);
      list.update([b, c], 0, 10);
      list.delete([a], matches);
      return [...list.keysAt(5)].toSorted();
    });
    expect(lists).toEqual([
      [b, c],
      [b, c],
    ]);
    const alone = roster();
    alone.update([a, b], 0, 10);
    alone.delete([a], 'user');
    expect([...alone.keysAt(5)]).toEqual([]);
  });

  it('holds a user from the start of its span until the end, and a new Update moves it', () => {
    const list = roster();
    list.update([b, a, a], 2, 5);
    const present = () => [1, 2, 4, 5].map((now) => list.keysAt(now).size);
    expect(present()).toEqual([0, 2, 2, 0]);
    expect([1, 2, 5].map((now) => list.nextChange(now))).toEqual([2, 5, undefined]);
    list.update([a, b], 2, 9);
    expect(present()).toEqual([0, 2, 2, 2]);
    expect(list.nextChange(5)).toBe(9);
  });
});

describe('the emulated roster of plain ids', () => {
  it('never takes ids for others because of the signs in them', () => {
    const list = roster();
    list.update(['a', 'b,c'], 0, 5);
    list.update(['a', 'b', 'c'], 0, 9);
    expect([...list.keysAt(7)].toSorted()).toEqual(['a', 'b', 'c']);
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
