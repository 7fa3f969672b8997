/**
 * Access tokens from Google's token endpoint: by refresh token (RFC 6749, section 6) or by the key
 * of a service account (RFC 7523).
 */
import { z } from 'zod';
import type { ConnectorContext } from '../connector.ts';
import { exchange } from './exchange.ts';
import { noAnswer, ownFailure, tokenFailure } from './failures.ts';
import { secretsOfKey, signedAssertion } from './service-account.ts';

/** The scopes of the two APIs; a token for one is not taken by the other. */
export const DATA_MANAGER_SCOPE = 'https://www.googleapis.com/auth/datamanager';
export const ADS_SCOPE = 'https://www.googleapis.com/auth/adwords';

/** A token is renewed this long before Google lets it expire. */
const EXPIRY_MARGIN_MS = 60_000;

const TokenAnswer = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive(),
  /** Only where the consent was given for a limited time. */
  refresh_token_expires_in: z.number().positive().optional(),
});

interface Slot {
  current: { readonly value: string; readonly staleAt: number } | undefined;
  refresh: Promise<string> | undefined;
  /** When the refresh token itself ends, where Google has told. */
  endsAt: number | undefined;
}

/** The form of a grant, and what of it no message may hold. */
interface Grant {
  readonly form: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}

/**
 * A token that is good for requests now. Calls at the same time share one refresh.
 *
 * @param asked.rejected a token that Google has just answered with 401; it is not given out again
 * @param asked.scope what a service account asks for; the scopes of a refresh token were fixed when
 * its user consented, and are not asked for again
 * @throws ConnectorFailure `auth` when Google refuses the client, the refresh token or the key.
 */
export async function accessToken(
  context: ConnectorContext,
  asked: { readonly rejected?: string | undefined; readonly scope?: string } = {},
): Promise<string> {
  const { rejected, scope = DATA_MANAGER_SCOPE } = asked;
  const slot = slotOf(context, scope);
  const { current } = slot;
  const fresh = current !== undefined && context.now().getTime() < current.staleAt;
  if (fresh && current.value !== rejected) return current.value;
  slot.refresh ??= refresh(context, slot, scope).finally(() => {
    slot.refresh = undefined;
  });
  return slot.refresh;
}

/** When the refresh token ends, after a token was asked for; undefined where Google does not say. */
export function refreshTokenEnd(context: ConnectorContext): Date | undefined {
  const { endsAt } = slotOf(context, DATA_MANAGER_SCOPE);
  return endsAt === undefined ? undefined : new Date(endsAt);
}

/** Whether access is by the key of a service account, which goes before a refresh token. */
export function byServiceAccount({ credentials }: Pick<ConnectorContext, 'credentials'>): boolean {
  return (credentials['serviceAccountKey'] ?? '') !== '';
}

/** The secrets that no message may hold, whatever Google echoes. */
export function secretsOf({ credentials }: ConnectorContext): readonly string[] {
  const key = credentials['serviceAccountKey'] ?? '';
  return [...Object.values(credentials), ...(key === '' ? [] : secretsOfKey(key))];
}

function slotOf(context: ConnectorContext, scope: string): Slot {
  const name = byServiceAccount(context) ? `google.accessToken ${scope}` : 'google.accessToken';
  const empty = { current: undefined, refresh: undefined, endsAt: undefined };
  return context.memo<Slot>(name, () => empty);
}

async function refresh(context: ConnectorContext, slot: Slot, scope: string): Promise<string> {
  const askedAt = context.now().getTime();
  const { form, secrets } = await grantFor(context, scope);
  const answer = await exchange(context, {
    endpoint: 'oauth',
    method: 'POST',
    path: '',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  });
  if (answer.status !== 200) {
    throw tokenFailure(answer, secrets, byServiceAccount(context) ? 'key' : 'refresh token');
  }
  const token = TokenAnswer.safeParse(answer.body);
  if (!token.success) {
    throw noAnswer('UNREADABLE_ANSWER', "Google's token endpoint answered without a token.", 200);
  }
  const { access_token: value, expires_in: seconds, refresh_token_expires_in: left } = token.data;
  slot.current = { value, staleAt: askedAt + seconds * 1000 - EXPIRY_MARGIN_MS };
  slot.endsAt = left === undefined ? undefined : askedAt + left * 1000;
  return value;
}

async function grantFor(context: ConnectorContext, scope: string): Promise<Grant> {
  const secrets = secretsOf(context);
  if (byServiceAccount(context)) {
    const key = credential(context, 'serviceAccountKey');
    const assertion = await signedAssertion(key, scope, context.now());
    const grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
    return { form: { grant_type, assertion }, secrets: [...secrets, assertion] };
  }
  return {
    form: {
      grant_type: 'refresh_token',
      client_id: credential(context, 'clientId'),
      client_secret: credential(context, 'clientSecret'),
      refresh_token: credential(context, 'refreshToken'),
    },
    secrets,
  };
}

function credential(context: ConnectorContext, name: string): string {
  const value = context.credentials[name];
  if (value === undefined || value === '') {
    throw ownFailure('MISSING_CREDENTIAL', `The credential ${name} of this destination is empty.`);
  }
  return value;
}
