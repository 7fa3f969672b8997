/**
 * One signed request to X's Ads API and its answer. The one file that touches twitter-api-v2,
 * which signs (OAuth 1.0a) and sends; X's ads endpoints have no types in it.
 */
import { globalAgent } from 'node:http';
import type { TwitterApi } from 'twitter-api-v2';
import { z } from 'zod';
import type { ConnectorContext } from '../connector.ts';
import type { Answer, Headers } from './answer.ts';
import { parseJson } from './error-body.ts';
import {
  cancelled,
  failureOfAnswer,
  lostConnection,
  timedOut,
  unreadable,
  unsendable,
} from './failures.ts';
import { usageOf } from './usage.ts';

/** The version path of X's Ads API that this connector speaks. */
export const API_VERSION = '12';

export type Request =
  | {
      readonly method: 'get';
      readonly path: string;
      readonly query?: Readonly<Record<string, string | number | undefined>>;
    }
  | { readonly method: 'post'; readonly path: string; readonly form: Record<string, string> }
  | {
      readonly method: 'post';
      readonly path: string;
      readonly json: Buffer;
      /** Whether the route lies under X's `batch/` prefix. */
      readonly batch?: true;
      /** How many operations the body holds, so that an error can be told to be of one of them. */
      readonly operations: number;
    };

/** An answer with a good status; the body is undefined where it was no JSON. */
export interface Said {
  readonly body: unknown;
  readonly headers: Headers;
}

/**
 * One request below the account's path. Tells the context what the answer says of the budget.
 *
 * @throws ConnectorFailure for a status of 400 and more, and for whatever keeps an answer away.
 */
export async function send(context: ConnectorContext, request: Request): Promise<Said> {
  const answer = await ask(context, request);
  if (answer.status >= 400) throw refusal(context, answer, request);
  return { body: parseJson(answer.text), headers: answer.headers };
}

/** The failure that an answer to a request stands for. */
export function refusal(context: ConnectorContext, answer: Answer, request?: Request) {
  const operations = request !== undefined && 'json' in request ? request.operations : 0;
  return failureOfAnswer(answer, context.now(), secretsOf(context), operations);
}

/**
 * The answer to a request below the account's path, whatever its status.
 *
 * @throws ConnectorFailure where there was no answer.
 */
export async function ask(context: ConnectorContext, request: Request): Promise<Answer> {
  if (context.signal.aborted) throw cancelled();
  const sdk = await import('twitter-api-v2');
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(context.deadlineMs)]);
  let answer: Answer;
  try {
    const { data, headers } = await transmit(sdk.TwitterApi, context, request, signal);
    answer = { status: 200, headers, text: data };
  } catch (error) {
    if (context.signal.aborted) throw cancelled();
    if (signal.aborted) throw timedOut(context.deadlineMs);
    // The SDK's errors hold the signed request, so none of them goes further, not as a cause either.
    if (error instanceof sdk.ApiPartialResponseError) throw lostConnection('ECONNRESET');
    if (error instanceof sdk.ApiRequestError) throw lostConnection(networkCodeOf(error));
    if (!(error instanceof sdk.ApiResponseError)) throw unsendable();
    answer = { status: error.code, headers: error.headers, text: textOf(error.data) };
  }
  const usage = usageOf(answer.headers, context.now());
  if (usage !== undefined) context.observe(usage);
  return answer;
}

/** @throws ConnectorFailure where a body is not what X documents. */
export function read<T>(schema: z.ZodType<T>, body: unknown, what: string): T {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw unreadable(what);
  return parsed.data;
}

export function secretsOf(context: ConnectorContext): readonly string[] {
  return Object.values(context.credentials);
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
  const account = `accounts/${encodeURIComponent(context.account)}${request.path}`;
  const options = {
    prefix: `${base}/${API_VERSION}/`,
    forceParseMode: 'text',
    fullResponse: true,
  } as const;
  if (request.method === 'get') return ads.get<string>(account, { ...request.query }, options);
  if ('form' in request) return ads.post<string>(account, { ...request.form }, options);
  return ads.post<string>(request.batch === true ? `batch/${account}` : account, request.json, {
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
