/**
 * X's Ads API: the requests of an audience sync and their answers. The one file that touches
 * twitter-api-v2, which signs (OAuth 1.0a) and sends; X's ads endpoints have no types in it.
 */
import { globalAgent } from 'node:http';
import type { TwitterApi } from 'twitter-api-v2';
import { z } from 'zod';
import type { ConnectorContext } from '../connector.ts';
import { parseJson } from './error-body.ts';
import {
  cancelled,
  failureOfAnswer,
  lostConnection,
  timedOut,
  unreadable,
  unsendable,
} from './failures.ts';
import type { Answer } from './failures.ts';
import { scrub } from './scrub.ts';

/** The version path of X's Ads API that this connector speaks. */
export const API_VERSION = '12';

/** Most audiences in one page. */
const PAGE_SIZE = 1000;

const AudienceSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullish(),
  audience_size: z.int().nonnegative().nullable(),
  reasons_not_targetable: z.array(z.string()),
  deleted: z.boolean().optional(),
});

/** A custom audience as X shows it, as far as we read it. */
export type RemoteAudience = z.infer<typeof AudienceSchema>;

const AudiencePage = z.object({
  data: z.array(AudienceSchema),
  next_cursor: z.string().nullish(),
});

const UserCounts = z.object({
  data: z.object({ success_count: z.int(), total_count: z.int() }),
});

const AccountAnswer = z.object({
  data: z.object({ name: z.string(), approval_status: z.string().optional() }),
});

const AccessAnswer = z.object({ data: z.object({ permissions: z.array(z.string()) }) });

/** The ad account's name and standing, and X's warning if our API version is being retired. */
export async function readAccount(context: ConnectorContext) {
  const { body, headers } = await send(context, { method: 'get', path: '' });
  const { data } = read(AccountAnswer, body, 'the account');
  const warning = headers['x-api-warn'];
  return {
    name: data.name,
    approvalStatus: data.approval_status,
    versionWarning: typeof warning === 'string' ? scrub(warning, secretsOf(context)) : undefined,
  };
}

/** The roles of the token's user on the ad account, e.g. `ACCOUNT_ADMIN`. */
export async function readPermissions(context: ConnectorContext): Promise<readonly string[]> {
  const path = '/authenticated_user_access';
  const { body } = await send(context, { method: 'get', path });
  return read(AccessAnswer, body, 'the permissions').data.permissions;
}

/** Every audience of the account that is not deleted, page by page; by name prefix if given. */
export async function* listAudiences(
  context: ConnectorContext,
  namePrefix?: string,
): AsyncGenerator<RemoteAudience, undefined> {
  let cursor: string | undefined;
  do {
    const { body } = await send(context, {
      method: 'get',
      path: '/custom_audiences',
      query: { count: PAGE_SIZE, q: namePrefix, cursor },
    });
    const page = read(AudiencePage, body, 'the audiences');
    for (const audience of page.data) if (audience.deleted !== true) yield audience;
    const next = page.next_cursor ?? undefined;
    if (next !== undefined && next === cursor) throw unreadable('the audiences');
    cursor = next;
  } while (cursor !== undefined);
}

/** Makes an audience of customer data. X refuses a name that the account already has. */
export async function createAudience(
  context: ConnectorContext,
  form: { readonly name: string; readonly description: string },
): Promise<RemoteAudience> {
  const request = { method: 'post', path: '/custom_audiences', form } as const;
  const { body } = await send(context, request);
  return read(z.object({ data: AudienceSchema }), body, 'the new audience').data;
}

/** One audience. A deleted one is a failure of kind `gone`. */
export async function readAudience(context: ConnectorContext, id: string): Promise<RemoteAudience> {
  const path = `/custom_audiences/${encodeURIComponent(id)}`;
  const { body } = await send(context, { method: 'get', path });
  return read(z.object({ data: AudienceSchema }), body, 'the audience').data;
}

/** Sends a body of operations; gives how many users X took, of how many it saw. */
export async function changeUsers(
  context: ConnectorContext,
  id: string,
  json: Buffer,
): Promise<{ readonly successCount: number; readonly totalCount: number }> {
  const path = `/custom_audiences/${encodeURIComponent(id)}/users`;
  const { body } = await send(context, { method: 'post', path, json });
  const { data } = read(UserCounts, body, 'the counts');
  return { successCount: data.success_count, totalCount: data.total_count };
}

type Request =
  | {
      readonly method: 'get';
      readonly path: string;
      readonly query?: Readonly<Record<string, string | number | undefined>>;
    }
  | { readonly method: 'post'; readonly path: string; readonly form: Record<string, string> }
  | { readonly method: 'post'; readonly path: string; readonly json: Buffer };

/**
 * One signed request below the account's path. The body is undefined where the answer was no JSON.
 * Everything that goes wrong is a ConnectorFailure.
 */
async function send(
  context: ConnectorContext,
  request: Request,
): Promise<{ readonly body: unknown; readonly headers: Answer['headers'] }> {
  if (context.signal.aborted) throw cancelled();
  const sdk = await import('twitter-api-v2');
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(context.deadlineMs)]);
  try {
    const answer = await transmit(sdk.TwitterApi, context, request, signal);
    return { body: parseJson(answer.data), headers: answer.headers };
  } catch (error) {
    if (context.signal.aborted) throw cancelled();
    if (signal.aborted) throw timedOut(context.deadlineMs);
    // The SDK's errors hold the signed request, so none of them goes further, not as a cause either.
    if (error instanceof sdk.ApiResponseError) {
      const answer = { status: error.code, headers: error.headers, text: textOf(error.data) };
      throw failureOfAnswer(answer, context.now(), secretsOf(context));
    }
    if (error instanceof sdk.ApiPartialResponseError) throw lostConnection('ECONNRESET');
    if (error instanceof sdk.ApiRequestError) throw lostConnection(networkCodeOf(error));
    throw unsendable();
  }
}

// A client a request costs nothing and gives each request its own signal. Answers are taken as
// text, since the SDK's own reading of odd error bodies can throw where nobody catches.
function transmit(
  Client: typeof TwitterApi,
  context: ConnectorContext,
  request: Request,
  signal: AbortSignal,
) {
  const { apiKey, apiSecret, accessToken, accessSecret } = context.credentials;
  const base = context.endpoints['ads'] ?? '';
  const { ads } = new Client(
    {
      appKey: apiKey ?? '',
      appSecret: apiSecret ?? '',
      accessToken: accessToken ?? '',
      accessSecret: accessSecret ?? '',
    },
    {
      compression: 'identity',
      plugins: [
        {
          // The SDK knows no deadline of its own; Node's request does, and closes its socket.
          onBeforeRequest({ requestOptions }) {
            requestOptions.signal = signal;
          },
        },
      ],
      // The SDK always sends by https.request, which takes an http: address only from an http agent.
      ...(base.startsWith('http:') && { httpAgent: globalAgent }),
    },
  );
  const path = `accounts/${encodeURIComponent(context.account)}${request.path}`;
  const options = {
    prefix: `${base}/${API_VERSION}/`,
    forceParseMode: 'text',
    fullResponse: true,
  } as const;
  if (request.method === 'get') return ads.get<string>(path, { ...request.query }, options);
  if ('form' in request) return ads.post<string>(path, { ...request.form }, options);
  return ads.post<string>(path, request.json, {
    ...options,
    forceBodyMode: 'raw',
    headers: { 'content-type': 'application/json' },
  });
}

/** Node's code of a failed connection, which the SDK keeps where its types do not show it. */
function networkCodeOf(error: unknown): string {
  const Hidden = z.object({
    _options: z.object({ error: z.object({ code: z.string().regex(/^[A-Z][A-Z0-9_]{1,60}$/) }) }),
  });
  const found = Hidden.safeParse(error);
  return found.success ? found.data._options.error.code : 'ECONNRESET';
}

function textOf(data: unknown): string {
  return typeof data === 'string' ? data : '';
}

function secretsOf(context: ConnectorContext): readonly string[] {
  return Object.values(context.credentials);
}

function read<T>(schema: z.ZodType<T>, body: unknown, what: string): T {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw unreadable(what);
  return parsed.data;
}
