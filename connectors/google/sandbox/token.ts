/** The sandbox's token endpoint and its check of access tokens. */
import type { Context } from 'hono';
import type { SandboxClock } from '../../sandbox/emulator.ts';
import { Refusal } from './answer.ts';
import { readAssertion } from './service-account.ts';
import { TOKEN_LIFETIME_MS, tokenValue } from './state.ts';
import type { GoogleState, SandboxEvent } from './state.ts';

/** Credentials that the sandbox takes; made up. */
export const SANDBOX_CREDENTIALS = {
  clientId: '987654321098-rekindlesandbox.apps.googleusercontent.com',
  clientSecret: 'GOCSPX-rekindle-sandbox-secret',
  refreshToken: '1//rekindle-sandbox-refresh-token',
} as const;

/** A refresh token of the same client whose user granted the Google Ads API scope only. */
export const ADWORDS_ONLY_REFRESH_TOKEN = '1//rekindle-sandbox-adwords-only';

const SCOPE = 'https://www.googleapis.com/auth/datamanager';
const SCOPES: ReadonlyMap<string, string> = new Map([
  [SANDBOX_CREDENTIALS.refreshToken, SCOPE],
  [ADWORDS_ONLY_REFRESH_TOKEN, 'https://www.googleapis.com/auth/adwords'],
]);

type TokenRequest =
  | { readonly granted: true; readonly scope: string; readonly by: 'refresh token' | 'key' }
  | {
      readonly granted: false;
      readonly status: 400 | 401;
      readonly error: string;
      readonly description: string;
    };

/** The token endpoint: a token for a refresh token or a signed assertion. */
export async function answerTokenRequest(
  context: Context,
  state: GoogleState,
  record: (event: SandboxEvent) => void,
  options: { readonly now: Date; readonly refreshTokenSeconds: number | undefined },
): Promise<Response> {
  const { now, refreshTokenSeconds } = options;
  const type = context.req.header('content-type') ?? '';
  const { privateKey } = state;
  const answer = await readTokenRequest(type, await context.req.text(), { privateKey, now });
  if (!answer.granted) {
    const body = { error: answer.error, error_description: answer.description };
    return context.json(body, answer.status);
  }
  record({ type: 'token', at: now.toISOString(), scope: answer.scope });
  const limited = answer.by === 'refresh token' && refreshTokenSeconds !== undefined;
  return context.json({
    access_token: tokenValue(state.tokens.size),
    expires_in: TOKEN_LIFETIME_MS / 1000,
    scope: answer.scope,
    token_type: 'Bearer',
    ...(limited ? { refresh_token_expires_in: refreshTokenSeconds } : {}),
  });
}

/** What a form posted to the token endpoint earns: a scope, or an error of RFC 6749, 5.2. */
async function readTokenRequest(
  contentType: string,
  text: string,
  { privateKey, now }: { readonly privateKey: string | undefined; readonly now: Date },
): Promise<TokenRequest> {
  const refuse = (status: 400 | 401, error: string, description = 'Bad Request') =>
    ({ granted: false, status, error, description }) as const;
  if (!contentType.startsWith('application/x-www-form-urlencoded')) {
    return refuse(400, 'invalid_request');
  }
  const form = new URLSearchParams(text);
  if (form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer') {
    const verdict = await readAssertion(form.get('assertion') ?? '', privateKey, now);
    return 'scope' in verdict
      ? { granted: true, scope: verdict.scope, by: 'key' }
      : refuse(400, verdict.error, verdict.description);
  }
  if (form.get('grant_type') !== 'refresh_token') return refuse(400, 'unsupported_grant_type');
  const { clientId, clientSecret } = SANDBOX_CREDENTIALS;
  if (form.get('client_id') !== clientId || form.get('client_secret') !== clientSecret) {
    return refuse(401, 'invalid_client', 'The OAuth client was not found.');
  }
  const scope = SCOPES.get(form.get('refresh_token') ?? '');
  return scope === undefined
    ? refuse(400, 'invalid_grant', 'Token has been expired or revoked.')
    : { granted: true, scope, by: 'refresh token' };
}

/** @throws Refusal 401 without a living token, 403 for one without the Data Manager scope. */
export function authenticate(
  state: GoogleState,
  authorization: string | undefined,
  clock: SandboxClock,
): void {
  const value = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
  const token = value === undefined ? undefined : state.tokens.get(value);
  if (token === undefined || token.expiresAt <= clock.now().getTime()) {
    throw new Refusal('Request had invalid authentication credentials.', {
      status: 401,
      rpc: 'UNAUTHENTICATED',
    });
  }
  if (token.scope !== SCOPE) {
    throw new Refusal('Request had insufficient authentication scopes.', {
      status: 403,
      rpc: 'PERMISSION_DENIED',
      reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
    });
  }
}
