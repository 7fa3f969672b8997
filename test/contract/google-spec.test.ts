/** The wire between the Google connector and its emulator against the API's field list. */
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { google } from '../../connectors/google/index.ts';
import { googleEmulator } from '../../connectors/google/sandbox.ts';
import { MANAGER_ACCOUNT } from '../../connectors/google/sandbox/accounts.ts';
import { PROCESSING_MS } from '../../connectors/google/sandbox/state.ts';
import { emptyWorld } from '../../connectors/sandbox/world.ts';
import { addressOf, batchOf, googleContext, people, person } from '../support/google-context.ts';
import { breaches, readGoogleSpec } from '../support/google-spec.ts';
import { UNKNOWN } from '../support/member-consent.ts';

interface Exchanged {
  readonly method: string;
  readonly path: string;
  readonly query: string[];
  readonly headers: Headers;
  readonly request: unknown;
  readonly status: number;
  readonly answer: unknown;
}

/** What both sides said, by the name of the method in the API. */
const METHODS: readonly (readonly [string, RegExp])[] = [
  ['ingestAudienceMembers', /^POST \/v1\/audienceMembers:ingest$/],
  ['removeAudienceMembers', /^POST \/v1\/audienceMembers:remove$/],
  ['removeAllAudienceMembers', /^POST \/v1\/audienceMembers:removeAll$/],
  ['retrieveRequestStatus', /^GET \/v1\/requestStatus:retrieve$/],
  ['listUserLists', /^GET \/v1\/accountTypes\/\w+\/accounts\/\d+\/userLists$/],
  ['createUserList', /^POST \/v1\/accountTypes\/\w+\/accounts\/\d+\/userLists$/],
  ['getUserList', /^GET \/v1\/accountTypes\/\w+\/accounts\/\d+\/userLists\/\d+$/],
];

/** The message of a method's body, where it has one, and that of its answer. */
const MESSAGES: Readonly<Record<string, readonly [string | undefined, string]>> = {
  ingestAudienceMembers: ['IngestAudienceMembersRequest', 'IngestAudienceMembersResponse'],
  removeAudienceMembers: ['RemoveAudienceMembersRequest', 'RemoveAudienceMembersResponse'],
  removeAllAudienceMembers: ['RemoveAllAudienceMembersRequest', 'RemoveAllAudienceMembersResponse'],
  retrieveRequestStatus: [undefined, 'RetrieveRequestStatusResponse'],
  listUserLists: [undefined, 'ListUserListsResponse'],
  createUserList: ['UserList', 'UserList'],
  getUserList: [undefined, 'UserList'],
};

const spec = readGoogleSpec();
const world = emptyWorld(new Date('2026-11-21T00:00:00Z'));
const emulator = googleEmulator(world, { withoutConsent: 'refused' });
const heard: Exchanged[] = [];
let server: ReturnType<typeof serve>;

const nameOf = ({ method, path }: Exchanged) =>
  METHODS.find(([, form]) => form.test(`${method} ${path}`))?.[0];

/** The emulator with somebody on the wire who writes along. */
function overheard(): Hono {
  const app = new Hono();
  app.use('*', async (context, next) => {
    const sent = await context.req.raw.clone().text();
    await next();
    const path = decodeURIComponent(context.req.path);
    if (path === '/token') return;
    const answer: unknown = await context.res.clone().json();
    heard.push({
      method: context.req.method,
      path,
      query: Object.keys(context.req.query()),
      headers: context.req.raw.headers,
      request: sent === '' ? undefined : JSON.parse(sent),
      status: context.res.status,
      answer,
    });
  });
  app.route('/', emulator.app);
  return app;
}

/** Every request that the connector makes, on a list small and large, and through a manager. */
async function useAll(): Promise<void> {
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const endpoints = { dataManager: url, oauth: `${url}/token` };
  const options = { loginAccount: MANAGER_ACCOUNT };
  const now = () => world.clock.now();
  const context = googleContext({ endpoints, options, now });
  const direct = googleContext({ endpoints, now });
  const audience = await google.ensureAudience(context, { name: 'A', key: 'rk-1' });
  await google.check(context);
  await google.readMatch(direct, audience);

  const many = people(0, 200);
  many.forEach(({ email }, n) => world.population.register('google', `user ${n}`, email));
  const mixed = [person(1, { address: [addressOf(1)] }), person(2, { consent: UNKNOWN })];
  const receipts = [
    await google.push(context, batchOf(many, { audience })),
    await google.push(direct, batchOf(mixed, { audience })),
    await google.push(direct, batchOf([person(3, { consent: UNKNOWN })], { audience })),
  ];
  const removal = batchOf(mixed, { audience, operation: 'remove' });
  const removed = await google.push(context, removal);
  if (google.replace?.kind !== 'sweep') throw new Error('Google sweeps.');
  const swept = await google.replace.sweep(context, audience, world.clock.now());
  const ask = async () => {
    for (const receipt of receipts) {
      if (receipt.state === 'pending')
        await google.settle?.(context, { ...receipt, operation: 'add' });
    }
    if (removed.state === 'pending') {
      await google.settle?.(context, { ...removed, operation: 'remove' });
    }
    await google.settle?.(context, { requestId: swept, rows: 0, operation: 'remove' });
  };
  await ask();
  world.clock.advance(PROCESSING_MS - 1);
  await ask();
  world.clock.advance(1);
  await google.readMatch(context, audience);
  await ask();
  await google.ensureAudience(context, { name: 'A', key: 'rk-1' });
}

beforeAll(async () => {
  server = serve({ fetch: overheard().fetch, hostname: '127.0.0.1', port: 0 });
  await new Promise<void>((resolve) => server.once('listening', resolve));
  await useAll();
});
afterAll(
  () => new Promise<void>((resolve, reject) => server.close((e) => (e ? reject(e) : resolve()))),
);

describe.skipIf(spec === undefined)('the wire to Google', () => {
  const known = spec ?? { http: {}, messages: {}, enums: {} };

  it('carries every method that the connector has, and only those of the API', () => {
    expect(heard.filter(({ status }) => status !== 200)).toEqual([]);
    expect(new Set(heard.map(nameOf))).toEqual(new Set(METHODS.map(([name]) => name)));
  });

  it.each(METHODS.map(([name]) => name))('of %s has the form of its URL', (name) => {
    const [verb = '', template = ''] = (known.http[name] ?? '').split(' ');
    const [, ...allowed] = template.split('?').join('&').split('&');
    for (const each of heard.filter((one) => nameOf(one) === name)) {
      expect(each.method).toBe(verb);
      expect(allowed.map((query) => query.replace('=', ''))).toEqual(
        expect.arrayContaining(each.query),
      );
      expect(each.request === undefined).toBe(!known.http[name]?.includes('body:'));
    }
  });

  it.each(METHODS.map(([name]) => name))(
    'of %s has no field that the API lacks and all that it requires, both ways',
    (name) => {
      const [body, answer = ''] = MESSAGES[name] ?? [];
      const all = heard.filter((one) => nameOf(one) === name);
      expect(all.length).toBeGreaterThan(0);
      for (const each of all) {
        const asked = body === undefined ? [] : breaches(known, body, each.request, 'request');
        expect(asked).toEqual([]);
        expect(breaches(known, answer, each.answer, 'answer')).toEqual([]);
      }
    },
  );

  it('has seen processing, success, failure in part and whole, and a sweep', () => {
    const answers = JSON.stringify(heard.map(({ answer }) => answer));
    const words = ['PROCESSING', 'SUCCESS', 'PARTIAL_SUCCESS', 'FAILED', 'matchRatePercentage'];
    for (const word of [...words, 'removeAllAudienceMembersStatus', 'sizeInfo']) {
      expect(answers).toContain(`"${word}"`);
    }
  });

  it('names the manager in headers for lists and in the body for members', () => {
    for (const each of heard) {
      const { headers, path, request } = each;
      const body = JSON.stringify(request ?? {});
      if (!path.includes('/userLists')) expect(headers.has('login-account')).toBe(false);
      else expect(body).not.toContain('loginAccount');
    }
    const lists = heard.filter(({ headers }) => headers.has('login-account'));
    expect(lists.map(({ headers }) => headers.get('login-account'))).toEqual(
      lists.map(() => `accountTypes/GOOGLE_ADS/accounts/${MANAGER_ACCOUNT}`),
    );
    expect(lists.length).toBeGreaterThan(3);
  });

  it('would be found wanting: the check itself tells fields, types, enums and oneofs apart', () => {
    const identifier = { emailAddress: 'a' };
    const member = (...userIdentifiers: object[]) => ({
      compositeData: { userData: { userIdentifiers } },
    });
    const target = {
      operatingAccount: { accountType: 'GOOGLE_ADS', accountId: '1' },
      productDestinationId: '1',
    };
    const request = { destinations: [target], audienceMembers: [member(identifier)] };
    const wrong = (given: object) =>
      breaches(known, 'IngestAudienceMembersRequest', { ...request, ...given }, 'request').length;
    expect(wrong({})).toBe(0);
    expect(wrong({ encoding: 'HEXX' })).toBe(1);
    expect(wrong({ consent: { adUserData: 'GRANTED' } })).toBe(1);
    expect(wrong({ validateOnly: 'true' })).toBe(1);
    expect(wrong({ more: 1 })).toBe(1);
    expect(wrong({ destinations: [{ ...target, productDestinationId: 1 }] })).toBe(1);
    expect(wrong({ destinations: [{ productDestinationId: '1' }] })).toBe(1);
    expect(wrong({ audienceMembers: [member({ ...identifier, phoneNumber: 'b' })] })).toBe(1);
    expect(wrong({ audienceMembers: [member({})] })).toBe(1);
    expect(wrong({ audienceMembers: [{ ...member(identifier), userData: {} }] })).toBe(2);
    const list = { displayName: 'A', id: '1' };
    expect(breaches(known, 'UserList', list, 'request')).toHaveLength(1);
    expect(breaches(known, 'UserList', { ...list, id: 1 }, 'answer')).toHaveLength(1);
  });
});
