/** Access tokens by refresh token: RFC 6749, section 6, against Google's token endpoint. */
import { z } from 'zod';
import type { ConnectorContext } from '../connector.ts';
import { exchange } from './exchange.ts';
import { noAnswer, ownFailure, tokenFailure } from './failures.ts';

/** A token is renewed this long before Google lets it expire. */
const EXPIRY_MARGIN_MS = 60_000;

const TokenAnswer = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive(),
});

interface Slot {
  current: { readonly value: string; readonly staleAt: number } | undefined;
  refresh: Promise<string> | undefined;
}

/**
 * A token that is good for requests now. Calls at the same time share one refresh.
 *
 * @param rejected a token that Google has just answered with 401; it is not given out again.
 * @throws ConnectorFailure `auth` when Google refuses the client or the refresh token.
 */
export async function accessToken(context: ConnectorContext, rejected?: string): Promise<string> {
  const slot = context.memo<Slot>('google.accessToken', () => ({
    current: undefined,
    refresh: undefined,
  }));
  const { current } = slot;
  const fresh = current !== undefined && context.now().getTime() < current.staleAt;
  if (fresh && current.value !== rejected) return current.value;
  slot.refresh ??= refresh(context, slot).finally(() => {
    slot.refresh = undefined;
  });
  return slot.refresh;
}

/** The secrets that no message may hold, whatever Google echoes. */
export function secretsOf(context: ConnectorContext): readonly string[] {
  return Object.values(context.credentials);
}

async function refresh(context: ConnectorContext, slot: Slot): Promise<string> {
  const askedAt = context.now().getTime();
  const answer = await exchange(context, {
    endpoint: 'oauth',
    method: 'POST',
    path: '',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: credential(context, 'clientId'),
      client_secret: credential(context, 'clientSecret'),
      refresh_token: credential(context, 'refreshToken'),
    }).toString(),
  });
  if (answer.status !== 200) throw tokenFailure(answer, secretsOf(context));
  const token = TokenAnswer.safeParse(answer.body);
  if (!token.success) {
    throw noAnswer('UNREADABLE_ANSWER', "Google's token endpoint answered without a token.", 200);
  }
  const { access_token: value, expires_in: seconds } = token.data;
  slot.current = { value, staleAt: askedAt + seconds * 1000 - EXPIRY_MARGIN_MS };
  return value;
}

function credential(context: ConnectorContext, name: string): string {
  const value = context.credentials[name];
  if (value === undefined || value === '') {
    throw ownFailure('MISSING_CREDENTIAL', `The credential ${name} of this destination is empty.`);
  }
  return value;
}
