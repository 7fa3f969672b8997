/**
 * X's Ads API as a strict emulator: the routes that an audience sync uses, with OAuth 1.0a, limits,
 * all-or-nothing operations, slow processing and hidden sizes as X documents them.
 */
import { Hono } from 'hono';
import type { MiddlewareHandler } from 'hono';
import type { Emulator, SandboxWorld } from '../sandbox/emulator.ts';
import { accountView, echo, failed, mediaType } from './sandbox/answers.ts';
import { audienceRoutes } from './sandbox/audiences.ts';
import { doNotReachRoutes, doNotReachUserRoutes, livingList } from './sandbox/do-not-reach.ts';
import { oauthCheck } from './sandbox/oauth.ts';
import { rateWindows } from './sandbox/rates.ts';
import type { DeleteMatches } from './sandbox/roster.ts';
import { says } from './sandbox/says.ts';
import { xState } from './sandbox/state.ts';
import type { StoredAudience } from './sandbox/state.ts';
import type { UsersSurroundings } from './sandbox/users-route.ts';
import { API_VERSION } from './transport.ts';

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
   * Refuses a signature whose timestamp is over 5 minutes from the emulator's time. Off by default:
   * twitter-api-v2 signs with the machine's time, which the standing sandbox clock does not follow.
   */
  readonly checkTimestamp?: boolean;
  /** Milliseconds by which X's time is ahead of the sandbox clock: as if ours were behind. */
  readonly skewMs?: number;
  /** What a Delete takes off, `user` by default; see DeleteMatches. */
  readonly deleteMatches?: DeleteMatches;
  /**
   * Answers 429 over X's limits per window of the sandbox clock. Off by default, since a standing
   * clock never starts the next window; headers are sent either way.
   */
  readonly enforceRateLimits?: boolean;
}

export interface XEmulator extends Emulator {
  /** The keys on the account's do-not-reach list, sorted; empty where there is none. */
  doNotReach(): readonly string[];
  /** Deletes that list, as somebody may on X. */
  deleteDoNotReach(): void;
}

export function createEmulator(world: SandboxWorld, options: XSandboxOptions = {}): XEmulator {
  const { deleteMatches = 'user' } = options;
  const state = xState(world, { platform: PLATFORM, account: ACCOUNT }, deleteMatches);
  const refused = new Set<string>();
  const find = (id: string) => state.find('crm', id);
  const keysOn = (list: StoredAudience | undefined) =>
    list === undefined ? [] : [...new Set(state.keys(list).map(({ value }) => value))].toSorted();

  return {
    platform: PLATFORM,
    app: routes(world, { state, refused, now: () => world.clock.now() }, options),
    paths: { ads: '' },
    account: ACCOUNT,
    credentials: CREDENTIALS,
    uploads: '/users',
    audiences: () =>
      state
        .all('crm')
        .filter(({ deleted }) => !deleted)
        .map(({ id, name, account }) => ({ id, name, account })),
    members: (id) => keysOn(find(id)),
    size(id) {
      const audience = find(id);
      return audience === undefined ? 0 : state.keys(audience).length;
    },
    matched(id) {
      const audience = find(id);
      return audience === undefined ? [] : [...state.matched(audience)].toSorted();
    },
    says,
    deleteAudience(id) {
      const audience = find(id);
      if (audience !== undefined && !audience.deleted) state.delete(audience);
    },
    renameAudience(id, name) {
      const audience = find(id);
      if (audience !== undefined) state.rename(audience, name);
    },
    stopAudience(id) {
      const audience = find(id);
      if (audience !== undefined) state.stop(audience);
    },
    refuseKey(key) {
      refused.add(key);
    },
    doNotReach: () => keysOn(livingList(state)),
    deleteDoNotReach() {
      const list = livingList(state);
      if (list !== undefined) state.delete(list);
    },
  };
}

function routes(world: SandboxWorld, users: UsersSurroundings, options: XSandboxOptions): Hono {
  const app = new Hono();
  const windows = rateWindows(world.clock, options.enforceRateLimits ?? false);
  const account = `/${API_VERSION}/accounts/:account`;
  const audiences = `${account}/custom_audiences`;
  const lists = `${account}/do_not_reach_lists`;
  const batch = `/${API_VERSION}/batch/accounts/:account`;
  const batchLists = `${batch}/do_not_reach_lists`;

  app.use('*', signed(world, options));
  for (const own of [account, batch]) app.use(`${own}/*`, ownAccount);
  for (const limited of [audiences, lists, batchLists]) app.use(`${limited}/*`, windows);

  app.get(account, (context) => context.json({ data: accountView(ACCOUNT), ...echo(context) }));
  app.get(`${account}/authenticated_user_access`, (context) =>
    context.json({
      data: { user_id: '1000001', permissions: ['AD_MANAGER', 'TWEET_COMPOSER'] },
      ...echo(context),
    }),
  );
  app.route(audiences, audienceRoutes(users));
  app.route(lists, doNotReachRoutes(users));
  app.route(batchLists, doNotReachUserRoutes(users));

  for (const known of [audiences, lists]) {
    app.all(known, (context) =>
      failed(context, 405, [
        { code: 'METHOD_NOT_ALLOWED', message: 'This route does not take this method' },
      ]),
    );
  }
  app.all('*', (context) =>
    failed(context, 404, [
      { code: 'ROUTE_NOT_FOUND', message: 'The requested resource could not be found' },
    ]),
  );
  return app;
}

/** Every answer carries version and date; every request must be signed, over form bodies as well. */
function signed(world: SandboxWorld, options: XSandboxOptions): MiddlewareHandler {
  const time = () => new Date(world.clock.now().getTime() + (options.skewMs ?? 0));
  const refusal = oauthCheck(
    {
      consumerKey: CREDENTIALS.apiKey,
      consumerSecret: CREDENTIALS.apiSecret,
      token: CREDENTIALS.accessToken,
      tokenSecret: CREDENTIALS.accessSecret,
    },
    options.checkTimestamp === true ? () => time().getTime() / 1000 : undefined,
  );
  return async (context, next) => {
    context.header('date', time().toUTCString());
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
