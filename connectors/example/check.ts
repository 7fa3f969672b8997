/** `destination test` for Example Ads: what one read of the account tells, changing nothing. */
import { CHECKS, ConnectorFailure } from '../connector.ts';
import type { Check, CheckName, ConnectorContext } from '../connector.ts';
import { readAccount } from './api.ts';
import type { Account } from './api.ts';
import { MEANINGS } from './failures.ts';

/** Every check by its name and in order, whatever happens: people compare one day's with another's. */
export async function check(context: ConnectorContext): Promise<Check[]> {
  try {
    const account = await readAccount(context);
    return CHECKS.map((name) => tick(name, account));
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) throw error;
    return CHECKS.map((name) => afterFailure(name, error));
  }
}

/** What each check finds in the account's answer. */
function tick(name: CheckName, account: Account): Check {
  switch (name) {
    case 'reach':
    case 'credentials':
      return { name, ok: true };
    case 'clock':
      // What the platform does not tell is neither a tick nor a cross.
      return { name, ok: null, detail: 'Example Ads signs nothing with the time.' };
    case 'token expiry':
      return { name, ok: true, detail: endOf(account) };
    case 'API version':
      return { name, ok: true, detail: 'Version 1 is served.' };
    case 'account visible':
      return { name, ok: true, detail: account.name };
    case 'may write audiences':
      return account.may_write ? { name, ok: true } : cross(name, 'forbidden');
    case 'terms accepted':
      return account.terms_accepted ? { name, ok: true } : cross(name, 'terms_not_accepted');
  }
}

function endOf({ token_ends_at: end }: Account): string {
  return end === null ? 'The token has no end.' : `The token ends on ${end.slice(0, 10)}.`;
}

const CAUSES = {
  forbidden: 'The user of the token may read the account, and not change its lists.',
  terms_not_accepted: 'Nobody has accepted the terms for customer lists of this account.',
} as const;

/** The cause in a sentence; the way out is the one that a refused upload would show. */
function cross(name: CheckName, code: keyof typeof CAUSES): Check {
  return { name, ok: false, cause: CAUSES[code], fix: MEANINGS[code]?.nextStep ?? '' };
}

/** One failure is one cross: what it proves is ticked, and what builds on it is left open. */
function afterFailure(name: CheckName, failure: ConnectorFailure): Check {
  const crossed = crossedOut(failure);
  if (name === crossed) {
    return { name, ok: false, cause: failure.message, fix: failure.nextStep };
  }
  if (PROVEN[crossed].includes(name)) return { name, ok: true };
  return { name, ok: null, detail: `Not judged, since "${crossed}" failed.` };
}

type Crossed = 'reach' | 'API version' | 'credentials' | 'account visible';

/** Example Ads looks at the version before the token, and at the token before the account. */
const PROVEN: Readonly<Record<Crossed, readonly CheckName[]>> = {
  reach: [],
  'API version': ['reach'],
  credentials: ['reach', 'API version'],
  'account visible': ['reach', 'API version', 'credentials'],
};

function crossedOut({ code, kind, healsItself }: ConnectorFailure): Crossed {
  if (healsItself) return 'reach';
  if (code === 'unknown_version') return 'API version';
  return kind === 'auth' ? 'credentials' : 'account visible';
}
