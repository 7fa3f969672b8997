/** One HTTP request to Google with a deadline, answered by JSON or by a `transient` failure. */
import type { ConnectorContext } from '../connector.ts';
import { ConnectorFailure } from '../connector.ts';
import { noteDate } from './clock.ts';
import { noAnswer } from './failures.ts';
import type { JsonAnswer } from './failures.ts';
import { meaningOfStatus } from './failure-table.ts';

/** The two addresses of the connector; `oauth` is the token endpoint itself. */
export const ENDPOINTS = {
  dataManager: {
    variable: 'GOOGLE_DATA_MANAGER_URL',
    url: 'https://datamanager.googleapis.com',
  },
  oauth: { variable: 'GOOGLE_OAUTH_URL', url: 'https://oauth2.googleapis.com/token' },
  ads: { variable: 'GOOGLE_ADS_URL', url: 'https://googleads.googleapis.com' },
} as const;

export interface Exchange {
  readonly endpoint: keyof typeof ENDPOINTS;
  readonly method: 'GET' | 'POST';
  /** Below the endpoint's base address, with its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Sends one request. Redirects are not followed, so that no credential goes to another host.
 *
 * @throws ConnectorFailure `transient` when no answer came in `context.deadlineMs`, when the
 * connection broke or the run was cancelled, and when the answer is not JSON (a proxy's error
 * page, say), save that a 429 stays `throttled` without a body too.
 */
export async function exchange(context: ConnectorContext, request: Exchange): Promise<JsonAnswer> {
  const base = context.endpoints[request.endpoint] ?? ENDPOINTS[request.endpoint].url;
  const { status, text, retryAfter } = await send(context, `${base}${request.path}`, request);
  const retryAfterMs = parseRetryAfter(retryAfter, context.now());
  try {
    const body: unknown = JSON.parse(text);
    return { status, body, retryAfterMs };
  } catch {
    if (status !== 429) {
      throw noAnswer(`HTTP_${status}`, `Google's address answered ${status} without JSON.`, status);
    }
    const { kind, nextStep } = meaningOfStatus(status);
    throw new ConnectorFailure(kind, 'Google answered 429 without JSON.', {
      code: 'HTTP_429',
      nextStep,
      status,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
}

async function send(
  context: ConnectorContext,
  url: string,
  { method, headers, body }: Exchange,
): Promise<{ status: number; text: string; retryAfter: string | null }> {
  try {
    const response = await fetch(url, {
      method,
      headers: { accept: 'application/json', ...headers },
      redirect: 'manual',
      signal: AbortSignal.any([context.signal, AbortSignal.timeout(context.deadlineMs)]),
      ...(body === undefined ? {} : { body }),
    });
    noteDate(context, response.headers.get('date'));
    const retryAfter = response.headers.get('retry-after');
    return { status: response.status, text: await response.text(), retryAfter };
  } catch (error) {
    throw brokenExchange(context, error);
  }
}

/** The error of `fetch` itself is dropped: it may hold the address and the socket. */
function brokenExchange(context: ConnectorContext, error: unknown): ConnectorFailure {
  if (context.signal.aborted) {
    return noAnswer('CANCELLED', 'The request to Google was cancelled with its run.');
  }
  if (error instanceof Error && error.name === 'TimeoutError') {
    return noAnswer('TIMEOUT', `Google gave no answer within ${context.deadlineMs} ms.`);
  }
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'NETWORK';
  const known = /^[A-Z_]{2,40}$/.test(code) ? code : 'NETWORK';
  return noAnswer(known, `The connection to Google broke (${known}).`);
}

/** RFC 9110, section 10.2.3: whole seconds or an HTTP date. */
function parseRetryAfter(header: string | null, now: Date): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}
