/**
 * A strict emulator of the Data Manager API v1 for Customer Match lists, with the OAuth token
 * endpoint. Whatever breaks a rule fails as a whole; requests are worked off after `PROCESSING_MS`
 * on the sandbox's clock. What Google leaves open is an option, or said beside the rule.
 */
import { Hono } from 'hono';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { CreateEmulator, Emulator, SandboxWorld } from '../sandbox/emulator.ts';
import { ACCOUNT, loginOfHeader, requireAccess, requireProject } from './sandbox/accounts.ts';
import { invalid, notFound, Refusal, refusalBody } from './sandbox/answer.ts';
import { withNumbers } from './sandbox/enums.ts';
import { matchedUsers } from './sandbox/figures.ts';
import { pageOfLists, readNewList, showList } from './sandbox/lists.ts';
import { quotas } from './sandbox/quota.ts';
import type { QuotaService, QuotaUse } from './sandbox/quota.ts';
import { says } from './sandbox/says.ts';
import { keyFile, newPrivateKey } from './sandbox/service-account.ts';
import { apply, applyReady, current, emptyState, listId, SandboxEvent } from './sandbox/state.ts';
import type { ListState, WorkOrder } from './sandbox/state.ts';
import { statusOf } from './sandbox/status.ts';
import { answerTokenRequest, authenticate, SANDBOX_CREDENTIALS } from './sandbox/token.ts';
import { readSweep, readUpload } from './sandbox/upload.ts';
import type { MemberPath, WithoutConsent } from './sandbox/upload.ts';
import {
  IngestBody,
  parseBody,
  parseQuery,
  RemoveAllBody,
  RemoveBody,
  UserListBody,
} from './sandbox/wire.ts';

export interface GoogleSandboxOptions {
  /** What becomes of records without a consent; `accepted` is right outside the EEA. */
  readonly withoutConsent?: WithoutConsent;
  /** A reason that every ingest is refused for, e.g. `TERMS_AND_CONDITIONS_NOT_SIGNED`. */
  readonly refuseIngestFor?: string;
  readonly order?: WorkOrder;
  readonly memberPath?: MemberPath;
  /**
   * The reason for which people are not added to a closed list. That Google refuses them at once is
   * unconfirmed as well; members may be taken off.
   */
  readonly closedListReason?: string;
  /** Most characters of a list's name. */
  readonly mostNameLength?: number;
  /** Most violations that one refusal names. */
  readonly mostViolations?: number;
  /** Whether a failure tells its reasons. */
  readonly errorCounts?: 'given' | 'missing';
  /** Seconds until the refresh token ends, as for an OAuth client in testing; unsaid otherwise. */
  readonly refreshTokenSeconds?: number;
}

export interface GoogleEmulator extends Emulator {
  /** The content of the key file of a service account that is a user of the account. */
  serviceAccountKey(): string;
}

const PLATFORM = 'google';
const LISTS = '/v1/accountTypes/GOOGLE_ADS/accounts/:account/userLists';

export const createEmulator: CreateEmulator = (world) => googleEmulator(world);

/** As `createEmulator`, for a platform in another mood. */
export function googleEmulator(
  world: SandboxWorld,
  options: GoogleSandboxOptions = {},
): GoogleEmulator {
  const { clock, journal, population } = world;
  const { withoutConsent = 'accepted', memberPath = 'doubled', errorCounts = 'given' } = options;
  const { closedListReason = 'INVALID_DESTINATION', mostNameLength } = options;
  const state = emptyState(options.order);
  for (const event of journal.replay(PLATFORM)) apply(state, SandboxEvent.parse(event));
  const takeQuota = quotas(clock);
  const now = () => clock.now().getTime();
  const at = () => clock.now().toISOString();
  let refusals = 0;

  const record = (event: SandboxEvent) => {
    journal.append(PLATFORM, event);
    apply(state, event);
  };
  /** The list of a route, once the account has been checked. */
  const listOf = (context: Context): ListState => {
    const list = state.lists.get(context.req.param('id') ?? '');
    if (list === undefined || list.removed || list.account !== context.req.param('account')) {
      throw notFound();
    }
    return list;
  };
  const route =
    (
      service: QuotaService,
      use: QuotaUse,
      handle: (context: Context) => Promise<object> | object,
    ) =>
    async (context: Context) => {
      authenticate(state, context.req.header('authorization'), clock);
      requireProject(context.req.header('x-goog-user-project'));
      takeQuota(service, use);
      // What Google makes of the header on a request that has no use for it is unconfirmed.
      const login = loginOfHeader(context.req.header('login-account'));
      const account = context.req.param('account');
      if (account !== undefined) requireAccess(account, login);
      applyReady(state, now());
      const answer = await handle(context);
      const numbers = context.req.query('$alt') === 'json;enum-encoding=int';
      return context.json(numbers ? withNumbers(answer) : answer);
    };
  /** A request that changes who is on a list: read, and written down unless it only asks. */
  const change =
    <Body extends { readonly validateOnly?: boolean | undefined }>(
      read: (text: string) => Body,
      eventOf: (body: Body) => SandboxEvent,
    ) =>
    async (context: Context) => {
      parseQuery(context.req.query(), []);
      refuseAccountHeaders(context);
      const body = read(await context.req.text());
      const event = eventOf(body);
      // Whether a validated request gets an id is unconfirmed; its status cannot be asked for.
      if (body.validateOnly === true) return {};
      record(event);
      return { requestId: [...state.requests.keys()].at(-1) };
    };
  const ingest = change(
    (text) => parseBody(text, IngestBody),
    (body) => {
      const facts = readUpload(state, body, { withoutConsent, memberPath, closedListReason });
      refuseForTerms(body, options.refuseIngestFor);
      return { type: 'upload', at: at(), operation: 'add', ...facts };
    },
  );
  const remove = change(
    (text) => parseBody(text, RemoveBody),
    (body) => {
      const facts = readUpload(state, body, { withoutConsent: 'not-asked', memberPath });
      return { type: 'upload', at: at(), operation: 'remove', ...facts };
    },
  );
  const removeAll = change(
    (text) => parseBody(text, RemoveAllBody),
    (body) => ({ type: 'sweep', at: at(), ...readSweep(state, body, clock.now()) }),
  );

  const app = new Hono();
  app.use('*', async (context, next) => {
    await next();
    context.res.headers.set('date', clock.now().toUTCString());
  });
  app.post('/token', async (context) =>
    answerTokenRequest(context, state, record, {
      now: clock.now(),
      refreshTokenSeconds: options.refreshTokenSeconds,
    }),
  );
  app.post('/v1/audienceMembers:ingest', route('Ingestion', 'Mutate', ingest));
  app.post('/v1/audienceMembers:remove', route('Ingestion', 'Mutate', remove));
  app.post('/v1/audienceMembers:removeAll', route('Ingestion', 'Mutate', removeAll));
  app.get(
    '/v1/requestStatus:retrieve',
    route('Ingestion', 'Read', (context) => {
      parseQuery(context.req.query(), ['requestId']);
      const found = state.requests.get(context.req.query('requestId') ?? '');
      if (found !== undefined) return statusOf(found, { population, now: now(), errorCounts });
      throw invalid({
        field: 'request_id',
        reason: 'INVALID_REQUEST_ID',
        description: 'No such request.',
      });
    }),
  );
  app.get(
    LISTS,
    route('Management', 'Read', (context) => {
      // Google has `filter` too; Rekindle looks at every list instead.
      parseQuery(context.req.query(), ['pageSize', 'pageToken']);
      return pageOfLists(state, context.req.param('account') ?? '', context.req.query(), world);
    }),
  );
  app.post(
    LISTS,
    route('Management', 'Mutate', async (context) => {
      parseQuery(context.req.query(), ['validateOnly']);
      const body = parseBody(await context.req.text(), UserListBody);
      const event = readNewList(state, context.req.param('account') ?? '', body, {
        at: at(),
        mostNameLength,
      });
      if (context.req.query('validateOnly') === 'true') return body;
      record(event);
      const list = state.lists.get(listId(state.lists.size));
      return list === undefined ? {} : showList(list, world);
    }),
  );
  app.get(
    `${LISTS}/:id`,
    route('Management', 'Read', (context) => {
      parseQuery(context.req.query(), []);
      return showList(listOf(context), world);
    }),
  );
  app.delete(
    `${LISTS}/:id`,
    route('Management', 'Mutate', (context) => {
      parseQuery(context.req.query(), []);
      record({ type: 'list-removed', at: at(), id: listOf(context).id });
      return {};
    }),
  );
  // The Ads API is not emulated; without an address here, its requests would go to Google itself.
  app.all('/ads/*', () => {
    throw new Refusal('The sandbox does not serve the Google Ads API.', {
      status: 501,
      rpc: 'UNIMPLEMENTED',
    });
  });
  // Google's front end answers an address that it does not serve with a page, not with JSON.
  app.all('*', (context) => context.html('<title>Error 404 (Not Found)!!1</title>', 404));
  app.onError((error, context) => {
    if (!(error instanceof Refusal)) throw error;
    refusals += 1;
    const status = error.details.status as ContentfulStatusCode;
    const body = refusalBody(error, `t-sandbox-${refusals}`, options.mostViolations);
    return context.json(body, status);
  });

  const processed = (id: string) => {
    applyReady(state, now());
    const list = state.lists.get(id);
    return list?.removed === true ? undefined : list;
  };
  return {
    platform: PLATFORM,
    app,
    paths: { dataManager: '', oauth: '/token', ads: '/ads' },
    account: ACCOUNT,
    credentials: SANDBOX_CREDENTIALS,
    uploads: 'audienceMembers',
    says,
    audiences: () =>
      [...state.lists.values()]
        .filter(({ removed }) => !removed)
        .map(({ id, displayName, account }) => ({ id, name: displayName, account })),
    members(id) {
      const list = processed(id);
      return list === undefined ? [] : [...current(list, now())].map(({ value }) => value).sort();
    },
    size(id) {
      const list = processed(id);
      return list === undefined ? 0 : current(list, now()).reduce((keys) => keys + 1, 0);
    },
    matched(id) {
      const list = processed(id);
      return list === undefined ? [] : [...matchedUsers(list, population, now())].sort();
    },
    deleteAudience(id) {
      if (processed(id) !== undefined) record({ type: 'list-removed', at: at(), id });
    },
    renameAudience(id, name) {
      if (processed(id) !== undefined) record({ type: 'list-renamed', at: at(), id, name });
    },
    stopAudience(id) {
      if (processed(id) !== undefined) record({ type: 'list-closed', at: at(), id });
    },
    refuseKey(key) {
      record({ type: 'key-refused', at: at(), key });
    },
    serviceAccountKey() {
      if (state.privateKey === undefined) {
        record({ type: 'service-account', at: at(), privateKey: newPrivateKey() });
      }
      return keyFile(state.privateKey ?? '');
    },
  };
}

/** Uploads name their accounts in the body; whether Google refuses or ignores headers is open. */
function refuseAccountHeaders(context: Context): void {
  for (const header of ['login-account', 'linked-account']) {
    if (context.req.header(header) === undefined) continue;
    throw invalid({ field: header, reason: 'INVALID_ARGUMENT', description: 'Not taken here.' });
  }
}

/** Which reason Google gives for terms that were not accepted in the request is unconfirmed. */
function refuseForTerms(body: IngestBody, refuseIngestFor: string | undefined): void {
  const accepted = body.termsOfService?.customerMatchTermsOfServiceStatus === 'ACCEPTED';
  const reason = accepted ? refuseIngestFor : 'TERMS_AND_CONDITIONS_NOT_SIGNED';
  if (reason === undefined) return;
  throw invalid({ field: 'terms_of_service', reason, description: 'Uploads are not allowed.' });
}
