/**
 * google-ads-api 25.1.0, for GAQL queries. It is the one file that loads it, and only when a query
 * is made: measured on Node 24, the import takes 0.9 to 1.5 s and 200 MB (RSS from 41 to 244 MB),
 * since it brings the protocol buffers of the whole API.
 *
 * What it does without, and how that is put right here (each tried on 25.1.0, each with a test):
 *
 * - It takes refresh tokens only and asks a fixed address for access tokens, kept in a global cache.
 *   `getAccessToken` is replaced, so that service accounts and GOOGLE_OAUTH_URL work.
 * - It has no deadline, no cancelling and a fixed address, and follows redirects with the token. The
 *   arguments of its axios request are written anew, by replacing the private method that makes
 *   them.
 * - `searchStream`, its default, drops an error that comes after the first rows and gives what there
 *   was as the whole answer. `search` gives page after page, each of them whole; any
 *   `search_settings` makes it choose that.
 * - It reads int64 as floating point; `disable_parsing` leaves what Google sent.
 * - An answer that is not JSON becomes an empty report (200) or a TypeError without the status, and
 *   axios errors hold the access token. Every answer is taken down here before it reads it, and its
 *   errors are never looked at but for the code of a broken connection.
 */
import { z } from 'zod';
import { ConnectorFailure } from '../connector.ts';
import type { ConnectorContext } from '../connector.ts';
import { ADS_VERSION, adsAddress, adsHeaders, asked } from './ads-wire.ts';
import { noAnswer } from './failures.ts';
import type { JsonAnswer } from './failures.ts';

/**
 * All rows of a query, as Google writes them (camelCase, int64 as strings).
 *
 * @throws ConnectorFailure when Google refuses, or no answer came in `context.deadlineMs` a page.
 */
export async function queryAds<T>(
  context: ConnectorContext,
  query: string,
  row: z.ZodType<T>,
): Promise<T[]> {
  return asked(context, (token) => search(context, query, token), z.array(row));
}

/** What the SDK hands to axios of its own accord that matters here: the body as an object. */
interface SdkRequest {
  readonly data: unknown;
}

async function search(
  context: ConnectorContext,
  query: string,
  token: string,
): Promise<JsonAnswer> {
  const { Customer } = await import('google-ads-api');
  const customer = new Customer(
    { client_id: '', client_secret: '', developer_token: '', disable_parsing: true },
    { customer_id: context.account, refresh_token: '' },
  );
  let answer: JsonAnswer | undefined;
  let deadline: AbortSignal | undefined;
  Object.assign(customer, {
    getAccessToken: () => Promise.resolve(token),
    prepareGoogleAdsServicePostRequestArgs: (verb: string, _token: string, given: SdkRequest) => {
      answer = undefined;
      deadline = AbortSignal.timeout(context.deadlineMs);
      return {
        method: 'POST',
        url: `${adsAddress(context)}/${ADS_VERSION}/customers/${context.account}/googleAds:${verb}`,
        headers: { accept: 'application/json', ...adsHeaders(context, token) },
        data: given.data,
        signal: AbortSignal.any([context.signal, deadline]),
        maxRedirects: 0,
        transformResponse: (text: unknown, headers: unknown, status: number) => {
          answer = takeDown(text, headers, status);
          return answer.body;
        },
      };
    },
  });
  try {
    const rows = await customer.query<unknown[]>(query, { search_settings: {} });
    return { status: 200, body: rows, retryAfterMs: undefined };
  } catch (error) {
    if (answer === undefined) throw brokenQuery(context, deadline, error);
    return answer;
  }
}

const Headers = z.object({ 'retry-after': z.string().regex(/^\d{1,9}$/) });

/** @throws ConnectorFailure for a body that is no JSON object, save that a 429 needs none. */
function takeDown(text: unknown, headers: unknown, status: number): JsonAnswer {
  const seconds = Headers.safeParse(headers).data?.['retry-after'];
  const retryAfterMs = seconds === undefined ? undefined : Number(seconds) * 1000;
  const body = typeof text === 'string' ? parseObject(text) : null;
  if (body !== null) return { status, body, retryAfterMs };
  if (status === 429) return { status, body: {}, retryAfterMs };
  throw noAnswer(`HTTP_${status}`, `Google Ads' address answered ${status} without JSON.`, status);
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** The errors of axios hold the request and its token: only a plain code is taken from them. */
function brokenQuery(
  context: ConnectorContext,
  deadline: AbortSignal | undefined,
  error: unknown,
): ConnectorFailure {
  if (error instanceof ConnectorFailure) return error;
  if (context.signal.aborted) {
    return noAnswer('CANCELLED', 'The query to Google Ads was cancelled with its run.');
  }
  if (deadline?.aborted === true) {
    return noAnswer('TIMEOUT', `Google Ads gave no answer within ${context.deadlineMs} ms.`);
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'NETWORK';
  const known = /^[A-Z_]{2,40}$/.test(code) ? code : 'NETWORK';
  return noAnswer(known, `The connection to Google Ads broke (${known}).`);
}
