/**
 * A strict emulator of the Data Manager API v1 for Customer Match lists, with the OAuth token
 * endpoint. Whatever breaks a rule fails as a whole; uploads are applied after `PROCESSING_MS` on
 * the sandbox's clock. What Google leaves open is said beside the constant or rule that fills it.
 */
import { Hono } from 'hono';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { CreateEmulator, Emulator, SandboxWorld } from '../sandbox/emulator.ts';
import { invalid, notFound, Refusal, refusalBody } from './sandbox-answer.ts';
import { matchedUsers } from './sandbox-figures.ts';
import { pageOfLists, readNewList, showList } from './sandbox-lists.ts';
import { quotas } from './sandbox-quota.ts';
import type { QuotaService, QuotaUse } from './sandbox-quota.ts';
import {
  apply,
  applyReady,
  current,
  emptyState,
  listId,
  SandboxEvent,
  TOKEN_LIFETIME_MS,
  tokenValue,
} from './sandbox-state.ts';
import type { ListState } from './sandbox-state.ts';
import { statusOf } from './sandbox-status.ts';
import { authenticate, readTokenRequest, SANDBOX_CREDENTIALS } from './sandbox-token.ts';
import { readUpload, requireAccount } from './sandbox-upload.ts';
import type { WithoutConsent } from './sandbox-upload.ts';
import { IngestBody, parseBody, parseQuery, RemoveBody, UserListBody } from './sandbox-wire.ts';

export interface GoogleSandboxOptions {
  /** What becomes of records without a consent; `accepted` is right outside the EEA. */
  readonly withoutConsent?: WithoutConsent;
  /** A reason that every ingest is refused for, e.g. `TERMS_AND_CONDITIONS_NOT_SIGNED`. */
  readonly refuseIngestFor?: string;
}

const PLATFORM = 'google';
const ACCOUNT = '1234567890';
const LISTS = '/v1/accountTypes/GOOGLE_ADS/accounts/:account/userLists';

export const createGoogleEmulator: CreateEmulator = (world) => googleEmulator(world);

/** As `createGoogleEmulator`, for a platform in another mood. */
export function googleEmulator(world: SandboxWorld, options: GoogleSandboxOptions = {}): Emulator {
  const { clock, journal, population } = world;
  const { withoutConsent = 'accepted', refuseIngestFor } = options;
  const state = emptyState();
  for (const event of journal.replay(PLATFORM)) apply(state, SandboxEvent.parse(event));
  const takeQuota = quotas(clock);
  const now = () => clock.now().getTime();
  let refusals = 0;

  const record = (event: SandboxEvent) => {
    journal.append(PLATFORM, event);
    apply(state, event);
  };
  /** The list of a route, once the account has been checked. */
  const listOf = (context: Context): ListState => {
    const list = state.lists.get(context.req.param('id') ?? '');
    if (list === undefined || list.removed || list.account !== ACCOUNT) throw notFound();
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
      takeQuota(service, use);
      const account = context.req.param('account');
      if (account !== undefined) requireAccount(ACCOUNT, account);
      applyReady(state, now());
      return context.json(await handle(context));
    };
  const upload = (operation: 'add' | 'remove') => async (context: Context) => {
    parseQuery(context.req.query(), []);
    refuseAccountHeaders(context);
    const text = await context.req.text();
    const body = operation === 'add' ? parseBody(text, IngestBody) : parseBody(text, RemoveBody);
    const consent = operation === 'add' ? withoutConsent : 'not-asked';
    const facts = readUpload(state, ACCOUNT, body, consent);
    if (operation === 'add') refuseForTerms(body, refuseIngestFor);
    // Whether a validated request gets an id is unconfirmed; its status cannot be asked for.
    if (body.validateOnly === true) return {};
    record({ type: 'upload', at: clock.now().toISOString(), operation, ...facts });
    return { requestId: [...state.uploads.keys()].at(-1) };
  };

  const app = new Hono();
  app.post('/token', async (context) => {
    const type = context.req.header('content-type') ?? '';
    const answer = readTokenRequest(type, await context.req.text());
    if (!answer.granted) {
      const body = { error: answer.error, error_description: 'Bad Request' };
      return context.json(body, answer.status);
    }
    record({ type: 'token', at: clock.now().toISOString(), scope: answer.scope });
    return context.json({
      access_token: tokenValue(state.tokens.size),
      expires_in: TOKEN_LIFETIME_MS / 1000,
      scope: answer.scope,
      token_type: 'Bearer',
    });
  });
  app.post('/v1/audienceMembers:ingest', route('Ingestion', 'Mutate', upload('add')));
  app.post('/v1/audienceMembers:remove', route('Ingestion', 'Mutate', upload('remove')));
  app.get(
    '/v1/requestStatus:retrieve',
    route('Ingestion', 'Read', (context) => {
      parseQuery(context.req.query(), ['requestId']);
      const found = state.uploads.get(context.req.query('requestId') ?? '');
      if (found !== undefined) return statusOf(found, ACCOUNT, population, now());
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
      return pageOfLists(state, ACCOUNT, context.req.query(), world);
    }),
  );
  app.post(
    LISTS,
    route('Management', 'Mutate', async (context) => {
      parseQuery(context.req.query(), ['validateOnly']);
      const body = parseBody(await context.req.text(), UserListBody);
      const event = readNewList(state, ACCOUNT, body, clock.now().toISOString());
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
      record({ type: 'list-removed', at: clock.now().toISOString(), id: listOf(context).id });
      return {};
    }),
  );
  // Google's front end answers an address that it does not serve with a page, not with JSON.
  app.all('*', (context) => context.html('<title>Error 404 (Not Found)!!1</title>', 404));
  app.onError((error, context) => {
    if (!(error instanceof Refusal)) throw error;
    refusals += 1;
    const status = error.details.status as ContentfulStatusCode;
    return context.json(refusalBody(error, `t-sandbox-${refusals}`), status);
  });

  const processed = (id: string) => {
    applyReady(state, now());
    return state.lists.get(id);
  };
  return {
    platform: PLATFORM,
    app,
    paths: { dataManager: '', oauth: '/token' },
    account: ACCOUNT,
    credentials: SANDBOX_CREDENTIALS,
    audiences: () =>
      [...state.lists.values()]
        .filter(({ removed }) => !removed)
        .map(({ id, displayName, account }) => ({ id, name: displayName, account })),
    members(id) {
      const list = processed(id);
      if (list === undefined || list.removed) return [];
      return [...current(list, now())].map(([key]) => key).sort();
    },
    matched(id) {
      const list = processed(id);
      if (list === undefined || list.removed) return [];
      return [...matchedUsers(list, population, now())].sort();
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
