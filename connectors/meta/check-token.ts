/** Whether, and until when, the access token of a destination works. */
import { ConnectorFailure } from '../connector.ts';
import type { Check, ConnectorContext } from '../connector.ts';
import { readToken } from './api-account.ts';
import type { TokenAnswer } from './api-account.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const SOON_DAYS = 14;

/** What Meta tells of the token, or why it does not. */
export type TokenReading =
  | { readonly told: true; readonly token: TokenAnswer }
  | { readonly told: false; readonly why: string };

/** Asks for the token; that Meta does not answer this is no failure of the destination. */
export async function tokenReading(context: ConnectorContext): Promise<TokenReading> {
  try {
    return { told: true, token: await readToken(context) };
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) throw error;
    return { told: false, why: error.message };
  }
}

/**
 * The tick for the end of the token. A token that ends soon still works, so that it stays a tick,
 * with the day and what to do; the earlier counts of when it ends and when the app's access to
 * data does.
 */
export function tokenExpiry(reading: TokenReading, now: Date): Check {
  const name = 'token expiry';
  if (!reading.told) {
    return { name, ok: null, detail: `Meta does not tell when this token ends: ${reading.why}` };
  }
  const { is_valid, expires_at, data_access_expires_at } = reading.token;
  const fix = 'Make a new token; one of a system user can be made without an end.';
  if (is_valid === false) {
    return { name, ok: false, cause: 'Meta says that the token is not valid.', fix };
  }
  const ends = [expires_at, data_access_expires_at]
    .filter((seconds) => seconds !== undefined && seconds > 0)
    .map((seconds) => Number(seconds) * 1000);
  if (ends.length === 0) {
    return expires_at === 0
      ? { name, ok: true, detail: 'The token has no end.' }
      : { name, ok: null, detail: 'Meta does not tell when this token ends.' };
  }
  const end = Math.min(...ends);
  const day = new Date(end).toISOString().slice(0, 10);
  if (end <= now.getTime()) {
    return { name, ok: false, cause: `The token ended on ${day}.`, fix };
  }
  const days = Math.floor((end - now.getTime()) / DAY_MS);
  const soon = days < SOON_DAYS ? ` That is in ${days} days: make a new one before.` : '';
  return { name, ok: true, detail: `The token works until ${day}.${soon}` };
}
