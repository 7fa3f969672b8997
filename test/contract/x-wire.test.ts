/**
 * Every request that the connector makes, held against what X documents (X Ads API, version 12,
 * audiences reference; the sheet's part A): routes, parameters, field names, types, nothing else.
 */
import { Hono } from 'hono';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { x } from '../../connectors/x/index.ts';
import { createEmulator } from '../../connectors/x/sandbox.ts';
import { batchOf, everyKind, people, reopen, START, useStage, wanted } from './x-stage.ts';

interface Sent {
  readonly route: string;
  readonly query: Record<string, string>;
  readonly type: string | undefined;
  readonly body: string;
}

const stage = useStage();
let sent: Sent[];
beforeEach(async () => {
  sent = [];
  await reopen(stage, (world) => {
    const inner = createEmulator(world);
    const app = new Hono();
    app.use('*', async ({ req }, next) => {
      const path = req.path.replace(/^\/x/, '').replace(/(_audiences|_lists)\/[^/]+/, '$1/:id');
      sent.push({
        route: `${req.method} ${path.replace('18ce54d4x5t', ':account')}`,
        query: req.query(),
        type: req.header('content-type'),
        body: await req.text(),
      });
      await next();
    });
    return { ...inner, app: new Hono().route('/', app.route('/', inner.app)) };
  });
});

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const digests = z.array(digest).min(1).optional();
const DAY = 24 * 60 * 60 * 1000;
/** ISO 8601 in UTC, later than now and less than 13 months ahead: 393 days at the least. */
const expiry = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  .refine((at) => Date.parse(at) > START.getTime())
  .refine((at) => Date.parse(at) < START.getTime() + 393 * DAY);

const AudienceUser = z.strictObject({
  email: digests,
  phone_number: digests,
  handle: digests,
  twitter_id: digests,
  device_id: digests,
  partner_user_id: z.array(z.string().min(1)).min(1).optional(),
});
const DoNotReachUser = z.strictObject({ email: digests, phone_number: digests });

/** A body of one operation a person. */
const operationsOf = (user: z.ZodType) =>
  z
    .array(
      z.discriminatedUnion('operation_type', [
        z.strictObject({
          operation_type: z.literal('Update'),
          params: z.strictObject({ expires_at: expiry, users: z.array(user).length(1) }),
        }),
        z.strictObject({
          operation_type: z.literal('Delete'),
          params: z.strictObject({ users: z.array(user).length(1) }),
        }),
      ]),
    )
    .min(1)
    .max(2500);

const nothing = z.strictObject({});
const form = (fields: z.ZodRawShape) => ({
  query: nothing,
  type: 'application/x-www-form-urlencoded',
  body: z.preprocess(
    (text) => Object.fromEntries(new URLSearchParams(String(text))),
    z.strictObject(fields),
  ),
});
const json = (user: z.ZodType) => ({
  query: nothing,
  type: 'application/json',
  body: z
    .string()
    .refine((text) => Buffer.byteLength(text) <= 5_000_000)
    .transform((text) => JSON.parse(text) as unknown)
    .pipe(operationsOf(user)),
});
const get = (query: z.ZodType = nothing) => ({ query, type: undefined, body: z.literal('') });

const ROUTES: Readonly<
  Record<string, { query: z.ZodType; type: string | undefined; body: z.ZodType } | undefined>
> = {
  'GET /12/accounts/:account': get(),
  'GET /12/accounts/:account/authenticated_user_access': get(),
  'GET /12/accounts/:account/custom_audiences': get(
    z.strictObject({
      count: z.coerce.number().int().min(1).max(1000),
      q: z.string().min(1).max(255).optional(),
      cursor: z.string().min(1).optional(),
    }),
  ),
  'GET /12/accounts/:account/custom_audiences/:id': get(),
  'POST /12/accounts/:account/custom_audiences': form({
    name: z.string().min(1),
    description: z.string().min(1),
  }),
  'POST /12/accounts/:account/custom_audiences/:id/users': json(AudienceUser),
  'GET /12/accounts/:account/do_not_reach_lists': get(),
  'POST /12/accounts/:account/do_not_reach_lists': form({ description: z.string().min(1) }),
  'POST /12/batch/accounts/:account/do_not_reach_lists/:id/users': json(DoNotReachUser),
};

function hold({ route, query, type, body }: Sent): void {
  const documented = ROUTES[route];
  if (documented === undefined) throw new Error(`X documents no route ${route}`);
  expect(type?.split(';')[0], route).toBe(documented.type);
  expect(documented.query.safeParse(query).error, route).toBeUndefined();
  expect(documented.body.safeParse(body).error, route).toBeUndefined();
}

/** Every verb of the connector, with people of every kind of key. */
async function useAll(): Promise<void> {
  const { context } = stage;
  const members = [...people(3), everyKind('ann'), { ...everyKind('bob'), email: [] }];
  await x.check(context);
  const audience = await x.ensureAudience(context, { ...wanted, name: '秋 & "list" +50%' });
  await x.push(context, batchOf(audience, 'add', members));
  await x.push(context, batchOf(audience, 'remove', members));
  await x.readMatch(context, audience);
  for (const operation of ['add', 'remove'] as const) {
    await x.doNotReach?.push(context, { operation, members });
  }
}

describe('the wire of X', () => {
  it('holds what X documents and nothing else, on every route that there is to use', async () => {
    await useAll();
    for (const request of sent) hold(request);
    expect([...new Set(sent.map(({ route }) => route))].toSorted()).toEqual(
      Object.keys(ROUTES).toSorted(),
    );
  });

  it('names every kind of key as X does', async () => {
    await useAll();
    const kinds = (route: string) => [
      ...new Set(
        sent
          .filter((request) => request.route.endsWith(route))
          .flatMap(({ body }) => [...body.matchAll(/"(\w+)":\["/g)].map(([, name = '']) => name)),
      ),
    ];
    expect(kinds('custom_audiences/:id/users').toSorted()).toEqual(
      Object.keys(AudienceUser.shape).toSorted(),
    );
    expect(kinds('do_not_reach_lists/:id/users').toSorted()).toEqual(
      Object.keys(DoNotReachUser.shape).toSorted(),
    );
  });

  it('would be caught with a field too many, a wrong type or a wrong word', async () => {
    await useAll();
    const users = sent.find(({ route }) => route.endsWith('custom_audiences/:id/users'));
    if (users === undefined) throw new Error('no users were sent');
    for (const [from, to] of [
      ['"params":{', '"params":{"list_type":"EMAIL",'],
      [/"email":\["(\w+)"\]/, '"email":"$1"'],
      ['"Update"', '"update"'],
      ['"email":["', '"emails":["'],
      ['"expires_at":"2027-', '"expires_at":"2028-'],
      ['"users":[{', '"users":[{},{'],
    ] as const) {
      const wrong = users.body.replace(from, to);
      expect(wrong).not.toBe(users.body);
      expect(() => hold({ ...users, body: wrong }), to).toThrow(users.route);
    }
    expect(() => hold({ ...users, type: 'text/plain' })).toThrow(users.route);
    expect(() => hold({ ...users, query: { with_deleted: 'true' } })).toThrow(users.route);
    expect(() => hold({ ...users, route: 'POST /12/elsewhere' })).toThrow('no route');
  });
});
