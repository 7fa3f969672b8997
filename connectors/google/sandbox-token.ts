/** The sandbox's token endpoint and its check of access tokens. */
import type { SandboxClock } from '../sandbox/emulator.ts';
import { Refusal } from './sandbox-answer.ts';
import type { GoogleState } from './sandbox-state.ts';

/** Credentials that the sandbox takes; made up. */
export const SANDBOX_CREDENTIALS = {
  clientId: 'rekindle-sandbox.apps.googleusercontent.com',
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

export type TokenRequest =
  | { readonly granted: true; readonly scope: string }
  | { readonly granted: false; readonly status: 400 | 401; readonly error: string };

/** What a form posted to the token endpoint earns: a scope, or an error of RFC 6749, 5.2. */
export function readTokenRequest(contentType: string, text: string): TokenRequest {
  const refuse = (status: 400 | 401, error: string) => ({ granted: false, status, error }) as const;
  if (!contentType.startsWith('application/x-www-form-urlencoded')) {
    return refuse(400, 'invalid_request');
  }
  const form = new URLSearchParams(text);
  if (form.get('grant_type') !== 'refresh_token') return refuse(400, 'unsupported_grant_type');
  const { clientId, clientSecret } = SANDBOX_CREDENTIALS;
  if (form.get('client_id') !== clientId || form.get('client_secret') !== clientSecret) {
    return refuse(401, 'invalid_client');
  }
  const scope = SCOPES.get(form.get('refresh_token') ?? '');
  return scope === undefined ? refuse(400, 'invalid_grant') : { granted: true, scope };
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
