/** The Google Ads API over REST: where it is, who asks, and JSON answers parsed by zod. */
import type { z } from 'zod';
import type { ConnectorContext } from '../connector.ts';
import { adsFailure } from './ads-failures.ts';
import { ENDPOINTS, exchange } from './exchange.ts';
import { noAnswer } from './failures.ts';
import type { JsonAnswer } from './failures.ts';
import { projectHeaders } from './destination.ts';
import { ADS_SCOPE, accessToken, secretsOf } from './oauth.ts';
import { loginAccountOf } from './settings.ts';

/** The newest version that google-ads-api speaks; Google's calendar has it until about 2027-08. */
export const ADS_VERSION = 'v25';

/** Where the API is for this context, without a trailing slash. */
export function adsAddress(context: ConnectorContext): string {
  return context.endpoints['ads'] ?? ENDPOINTS.ads.url;
}

/**
 * The headers of every request. Since 2026-09-09 Google ignores developer tokens; one is sent where
 * the destination still has it.
 */
export function adsHeaders(context: ConnectorContext, token: string): Record<string, string> {
  const manager = loginAccountOf(context);
  const developerToken = context.credentials['developerToken'] ?? '';
  return {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    ...projectHeaders(context),
    ...(manager === undefined ? {} : { 'login-customer-id': manager }),
    ...(developerToken === '' ? {} : { 'developer-token': developerToken }),
  };
}

/**
 * What `send` gives with a good token, read by `schema`. A token can die before its time; one new
 * token tells that apart from lost access.
 *
 * @throws ConnectorFailure for every answer but 200, and for one of another shape.
 */
export async function asked<T>(
  context: ConnectorContext,
  send: (token: string) => Promise<JsonAnswer>,
  schema: z.ZodType<T>,
): Promise<T> {
  let token = await accessToken(context, { scope: ADS_SCOPE });
  let answer = await send(token);
  if (answer.status === 401) {
    token = await accessToken(context, { scope: ADS_SCOPE, rejected: token });
    answer = await send(token);
  }
  if (answer.status !== 200) throw adsFailure(answer, [...secretsOf(context), token]);
  const parsed = schema.safeParse(answer.body);
  if (!parsed.success) {
    throw noAnswer(
      'UNREADABLE_ANSWER',
      'Google Ads answered 200 with a body of another shape.',
      200,
    );
  }
  return parsed.data;
}

/** One POST to a method below the version, e.g. `customers/1/googleAds:search`. */
export async function callAds<T>(
  context: ConnectorContext,
  method: string,
  body: unknown,
  schema: z.ZodType<T>,
): Promise<T> {
  const text = JSON.stringify(body);
  return asked(
    context,
    (token) =>
      exchange(context, {
        endpoint: 'ads',
        method: 'POST',
        path: `/${ADS_VERSION}/${method}`,
        headers: adsHeaders(context, token),
        body: text,
      }),
    schema,
  );
}
