/**
 * X's Ads API as a strict emulator: the routes that an audience sync uses, with OAuth 1.0a, limits,
 * all-or-nothing operations, slow processing and hidden sizes as X documents them.
 */
import { Hono } from 'hono';
import type { Context, MiddlewareHandler } from 'hono';
import type { Emulator, SandboxWorld } from '../sandbox/emulator.ts';
import { API_VERSION } from './api.ts';
import {
  accountView,
  audienceView,
  echo,
  failed,
  invalidParameter,
  mediaType,
  notFound,
  page,
} from './sandbox-answers.ts';
import { oauthCheck } from './sandbox-oauth.ts';
import { rateWindows } from './sandbox-rates.ts';
import type { DeleteMatches } from './sandbox-roster.ts';
import { xState } from './sandbox-state.ts';
import type { StoredAudience, XState } from './sandbox-state.ts';
import { readUsersBody } from './sandbox-users.ts';

const PLATFORM = 'x';
const ACCOUNT = '18ce54d4x5t';
const CREDENTIALS = {
  apiKey: 'sandbox-x-api-key',
  apiSecret: 'sandbox-x-api-secret',
  accessToken: '1000001-sandbox-x-access-token',
  accessSecret: 'sandbox-x-access-secret',
};

export interface XSandboxOptions {
  /**
   * Refuses a signature whose timestamp is over 5 minutes from the sandbox clock. Off by default:
   * twitter-api-v2 signs with the machine's time, which the standing sandbox clock does not follow.
   */
  readonly checkTimestamp?: boolean;
  /** What a Delete takes off; see DeleteMatches. */
  readonly deleteMatches?: DeleteMatches;
  /**
   * Answers 429 over X's limits per window of the sandbox clock. Off by default, since a standing
   * clock never starts the next window; headers are sent either way.
   */
  readonly enforceRateLimits?: boolean;
}

export function createXEmulator(world: SandboxWorld, options: XSandboxOptions = {}): Emulator {
  const state = xState(world, PLATFORM, options.deleteMatches ?? 'digest');
  const find = (id: string) => state.find(ACCOUNT, id);

  return {
    platform: PLATFORM,
    app: routes(world, state, options),
    paths: { ads: '' },
    account: ACCOUNT,
    credentials: CREDENTIALS,
    audiences: () =>
      state
        .all()
        .filter(({ deleted }) => !deleted)
        .map(({ id, name, account }) => ({ id, name, account })),
    members(id) {
      const audience = find(id);
      return audience === undefined ? [] : [...state.keys(audience)].toSorted();
    },
    matched(id) {
      const audience = find(id);
      return audience === undefined ? [] : [...state.matched(audience)].toSorted();
    },
  };
}

function routes(world: SandboxWorld, state: XState, options: XSandboxOptions): Hono {
  const app = new Hono();
  const windows = rateWindows(world.clock, options.enforceRateLimits ?? false);
  const account = `/${API_VERSION}/accounts/:account`;
  const audiences = `${account}/custom_audiences`;
  const view = (audience: StoredAudience) => {
    state.process(audience);
    return audienceView(audience);
  };
  const living = (context: Context): StoredAudience | undefined => {
    const audience = state.find(ACCOUNT, context.req.param('id') ?? '');
    const withDeleted = context.req.query('with_deleted') === 'true';
    return audience?.deleted === true && !withDeleted ? undefined : audience;
  };

  app.use('*', signed(world, options.checkTimestamp ?? false));
  app.use(`${account}/*`, ownAccount);
  app.use(`${audiences}/*`, windows);

  app.get(account, (context) => context.json({ data: accountView(ACCOUNT), ...echo(context) }));
  app.get(`${account}/authenticated_user_access`, (context) =>
    context.json({
      data: { user_id: '1000001', permissions: ['AD_MANAGER', 'TWEET_COMPOSER'] },
      ...echo(context),
    }),
  );

  app.get(audiences, (context) => {
    const listed = page(context, state.all());
    if (listed instanceof Response) return listed;
    return context.json({ ...listed, data: listed.data.map(view), ...echo(context) });
  });
  app.post(audiences, (context) => create(context, state));
  app.get(`${audiences}/:id`, (context) => {
    const audience = living(context);
    return audience === undefined
      ? notFound(context)
      : context.json({ data: view(audience), ...echo(context) });
  });
  app.delete(`${audiences}/:id`, (context) => {
    const audience = living(context);
    if (audience === undefined || audience.deleted) return notFound(context);
    state.delete(audience);
    return context.json({ data: view(audience), ...echo(context) });
  });

  app.post(`${audiences}/:id/users`, async (context) => {
    if (mediaType(context) !== 'application/json') return context.body(null, 415);
    const audience = living(context);
    if (audience === undefined || audience.deleted) return notFound(context);
    const body = readUsersBody(new Uint8Array(await context.req.arrayBuffer()), world.clock.now());
    if (!body.ok) {
      // The shape of operation_errors is not in X's docs (unconfirmed): one list per operation.
      const { ok: _, ...errors } = body;
      return 'errors' in errors
        ? failed(context, 400, errors.errors)
        : context.json({ operation_errors: errors.operationErrors, ...echo(context) }, 400);
    }
    state.change(audience, body.operations);
    const data = { success_count: body.users, total_count: body.users };
    return context.json({ data, ...echo(context) });
  });

  app.all(audiences, (context) =>
    failed(context, 405, [
      { code: 'METHOD_NOT_ALLOWED', message: 'This route does not take this method' },
    ]),
  );
  app.all('*', (context) =>
    failed(context, 404, [
      { code: 'ROUTE_NOT_FOUND', message: 'The requested resource could not be found' },
    ]),
  );
  return app;
}

/** Every answer carries the version; every request must be signed, over form bodies as well. */
function signed(world: SandboxWorld, checkTimestamp: boolean): MiddlewareHandler {
  const refusal = oauthCheck(
    {
      consumerKey: CREDENTIALS.apiKey,
      consumerSecret: CREDENTIALS.apiSecret,
      token: CREDENTIALS.accessToken,
      tokenSecret: CREDENTIALS.accessSecret,
    },
    checkTimestamp ? () => world.clock.now().getTime() / 1000 : undefined,
  );
  return async (context, next) => {
    context.header('x-current-api-version', API_VERSION);
    const isForm = mediaType(context) === 'application/x-www-form-urlencoded';
    const reason = refusal({
      method: context.req.method,
      url: new URL(context.req.url),
      authorization: context.req.header('authorization'),
      form: isForm ? new URLSearchParams(await context.req.text()) : undefined,
    });
    if (reason === undefined) return next();
    const message = `This request is not properly authenticated (${reason})`;
    return failed(context, 401, [{ code: 'UNAUTHORIZED_ACCESS', message }]);
  };
}

/** X answers 403, not 404, for an account that is unknown or not the user's. */
const ownAccount: MiddlewareHandler = async (context, next) => {
  if (context.req.param('account') === ACCOUNT) return next();
  const message = 'The account could not be found or is not shared with the user';
  return failed(context, 403, [{ code: 'ACCOUNT_NOT_FOUND', message }]);
};

/**
 * Makes an audience from form or query parameters. How X refuses a name that is taken is not in
 * its docs (unconfirmed), nor whether case counts: taken here as 400, and as if it did not.
 */
async function create(context: Context, state: XState): Promise<Response> {
  const isForm = mediaType(context) === 'application/x-www-form-urlencoded';
  const parameters = new URLSearchParams(context.req.query());
  if (isForm) {
    for (const [name, value] of new URLSearchParams(await context.req.text())) {
      parameters.set(name, value);
    }
  }
  for (const parameter of parameters.keys()) {
    if (parameter !== 'name' && parameter !== 'description') {
      return invalidParameter(context, parameter, 'is not a parameter of this route');
    }
  }
  const name = parameters.get('name');
  if (name === null || name.trim() === '') {
    const message = 'Missing required parameter: name';
    return failed(context, 400, [{ code: 'MISSING_PARAMETER', message, parameter: 'name' }]);
  }
  const isTaken = state
    .all()
    .some((each) => !each.deleted && each.name.toLowerCase() === name.toLowerCase());
  if (isTaken) return invalidParameter(context, 'name', 'An audience of this name exists already');
  const created = state.create(ACCOUNT, name, parameters.get('description'));
  return context.json({ data: audienceView(created), ...echo(context) });
}
