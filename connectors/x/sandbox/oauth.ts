/** Checks OAuth 1.0a signatures (RFC 5849, HMAC-SHA1) by code of our own, not the SDK's. */
import { createHmac } from 'node:crypto';

/** The one app and user that the emulator knows. */
export interface OAuthKeys {
  readonly consumerKey: string;
  readonly consumerSecret: string;
  readonly token: string;
  readonly tokenSecret: string;
}

/** A request as its client signed it. */
export interface SignedRequest {
  readonly method: string;
  /** The whole address that the client asked for, with its query. */
  readonly url: URL;
  readonly authorization: string | undefined;
  /** The body of a form request, which is part of the signature; a JSON body is not. */
  readonly form: URLSearchParams | undefined;
}

/** How far a timestamp may be from the server's time, as X has it. */
export const TIMESTAMP_TOLERANCE_S = 300;

type Pair = readonly [string, string];

/**
 * Makes the check of one server, which remembers the nonces it has seen. It gives the reason for a
 * refusal, or undefined for a good signature. `nowSeconds` is left out where timestamps cannot be
 * compared with a clock.
 */
export function oauthCheck(
  keys: OAuthKeys,
  nowSeconds?: () => number,
): (request: SignedRequest) => string | undefined {
  const seen = new Set<string>();

  return (request) => {
    const given = headerParameters(request.authorization);
    if (given === undefined) return 'no OAuth authorization header';
    const oauth = new Map(given);
    if (oauth.size !== given.length) return 'a parameter is given twice';
    for (const name of REQUIRED) if (!oauth.get(name)) return `${name} is missing`;

    if (oauth.get('oauth_signature_method') !== 'HMAC-SHA1') return 'not HMAC-SHA1';
    if ((oauth.get('oauth_version') ?? '1.0') !== '1.0') return 'not version 1.0';
    if (oauth.get('oauth_consumer_key') !== keys.consumerKey) return 'unknown consumer key';
    if (oauth.get('oauth_token') !== keys.token) return 'unknown token';

    const timestamp = oauth.get('oauth_timestamp') ?? '';
    if (!/^[1-9]\d{0,11}$/.test(timestamp)) return 'the timestamp is no positive integer';
    const now = nowSeconds?.();
    if (now !== undefined && Math.abs(Number(timestamp) - now) > TIMESTAMP_TOLERANCE_S) {
      return 'the timestamp is out of bounds';
    }
    if (oauth.get('oauth_signature') !== signatureOf(request, given, keys)) {
      return 'the signature does not fit';
    }
    const use = `${timestamp} ${oauth.get('oauth_nonce')}`;
    if (seen.has(use)) return 'the nonce was used before';
    seen.add(use);
    return undefined;
  };
}

const REQUIRED = [
  'oauth_consumer_key',
  'oauth_token',
  'oauth_signature_method',
  'oauth_timestamp',
  'oauth_nonce',
  'oauth_signature',
] as const;

/** RFC 5849 §3.4: the HMAC-SHA1 of the signature base string, in base64. */
function signatureOf(request: SignedRequest, oauth: readonly Pair[], keys: OAuthKeys): string {
  const parameters = [
    ...request.url.searchParams,
    ...(request.form ?? []),
    ...oauth.filter(([name]) => name !== 'oauth_signature' && name !== 'realm'),
  ]
    .map(([name, value]): Pair => [encode(name), encode(value)])
    .toSorted(([nameA, valueA], [nameB, valueB]) => order(nameA, nameB) || order(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  // URL already lowers scheme and host and leaves default ports out, as §3.4.1.2 wants.
  const address = `${request.url.origin}${request.url.pathname}`;
  const base = [request.method.toUpperCase(), address, parameters].map(encode).join('&');
  const key = `${encode(keys.consumerSecret)}&${encode(keys.tokenSecret)}`;
  return createHmac('sha1', key).update(base).digest('base64');
}

/** RFC 5849 §3.5.1: the parameters of the header, decoded; undefined where it is malformed. */
function headerParameters(header: string | undefined): Pair[] | undefined {
  const list = /^OAuth\s+(.+)$/i.exec(header ?? '')?.[1];
  if (list === undefined) return undefined;
  const pairs: Pair[] = [];
  for (const part of list.split(',')) {
    const [, name, value] = /^\s*([^\s="]+)="([^"]*)"\s*$/.exec(part) ?? [];
    if (name === undefined || value === undefined) return undefined;
    try {
      pairs.push([decodeURIComponent(name), decodeURIComponent(value)]);
    } catch {
      return undefined;
    }
  }
  return pairs;
}

/** RFC 5849 §3.6: every byte but the unreserved characters of RFC 3986. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
