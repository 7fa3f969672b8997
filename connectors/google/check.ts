/** `destination test` for Google: every check, in the order in which they build on each other. */
import { CHECKS, ConnectorFailure } from '../connector.ts';
import type { Batch, Check, CheckName, ConnectorContext } from '../connector.ts';
import type { Digest } from '../../src/identity/types.ts';
import { listUserLists, tryCreateUserList, trySendMembers } from './api.ts';
import type { UserList } from './api.ts';
import { newUserList } from './audience.ts';
import { clockSkewMs } from './clock.ts';
import { accessToken, byServiceAccount, refreshTokenEnd } from './oauth.ts';
import { pack } from './pack.ts';
import { uploadsByAds } from './settings.ts';

/** Google's published test digest of `alexz@example.com`, a reserved domain: nobody's address. */
const NOBODY = '509e933019bb285a134a9334b8bb679dff79d0ce023d529af4bd744d47b4fd8a' as Digest;
const GRANTED = { adUserData: 'granted', adPersonalization: 'granted' } as const;

/** How far Google lets a clock be off is not documented; an hour is an assertion's whole life. */
const MOST_SKEW_MS = 5 * 60_000;

/** By what the Google Ads API may refuse a list that is none; which it takes is not documented. */
const OF_A_LIST = /^(?:OfflineUserDataJobError\.|RequestError\.RESOURCE_NAME_)/;

/** What is known so far, and the check that a failure of the step under way belongs to. */
interface Walk {
  readonly verdicts: Map<CheckName, Check>;
  stage: CheckName;
}

/**
 * Tries what a sync needs without changing anything: Google offers `validateOnly` for making lists
 * and for uploads by either API. Only an upload shows whether the terms are accepted, and it needs
 * a list.
 */
export async function checkGoogle(context: ConnectorContext): Promise<Check[]> {
  const walk: Walk = { verdicts: new Map(), stage: 'credentials' };
  const { verdicts } = walk;
  let failed: CheckName | undefined;
  try {
    await tryAll(context, walk);
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) throw error;
    failed = nameOf(error, walk.stage);
    verdicts.set('reach', { name: 'reach', ok: true });
    verdicts.set(failed, { name: failed, ok: false, cause: error.message, fix: error.nextStep });
  }
  const clock = clockVerdict(context);
  verdicts.set('clock', clock);
  if (clock.ok === false && failed === 'credentials') {
    // An assertion signed at a wrong time is refused as if its key were wrong.
    verdicts.delete(failed);
    failed = 'clock';
  }
  return CHECKS.map((name) => verdicts.get(name) ?? unjudged(name, failed ?? 'reach'));
}

/** Ticks off one check after the other; the failure of one ends the walk. */
async function tryAll(context: ConnectorContext, walk: Walk): Promise<void> {
  const { verdicts } = walk;
  const tick = (name: CheckName, detail?: string) =>
    verdicts.set(name, { name, ok: true, ...(detail === undefined ? {} : { detail }) });
  await accessToken(context);
  tick('credentials', byServiceAccount(context) ? 'service account' : 'refresh token');
  verdicts.set('token expiry', expiryVerdict(context));

  walk.stage = 'account visible';
  const { userLists } = await listUserLists(context, '');
  tick('reach');
  tick('API version', 'Data Manager API v1');
  tick('account visible', `Google Ads account ${context.account}`);

  walk.stage = 'may write audiences';
  const key = `check-${context.now().getTime()}`;
  await tryCreateUserList(context, newUserList({ name: `Rekindle ${key}`, key }));
  const list = userLists.find((candidate) => takesContacts(candidate));
  if (uploadsByAds(context)) {
    verdicts.set(walk.stage, await adsVerdict(context, list?.id));
    const detail =
      'The Google Ads API is not known to tell before people are added: run a sync and see.';
    verdicts.set('terms accepted', { name: 'terms accepted', ok: null, detail });
    return;
  }
  tick('may write audiences');
  if (list === undefined) {
    const detail =
      'Google tells this only for an account that has a list: run a sync, then test again.';
    verdicts.set('terms accepted', { name: 'terms accepted', ok: null, detail });
    return;
  }
  await trySendMembers(context, pack(context, probe(list)));
  tick('terms accepted');
}

/**
 * Whether the Google Ads API would make a job, by a trial of its own. Without a list of the account
 * it is asked about one that is none: what it has against token and project it still says.
 */
async function adsVerdict(context: ConnectorContext, listId: string | undefined): Promise<Check> {
  const name = 'may write audiences';
  const { tryByAds } = await import('./ads-upload.ts');
  try {
    await tryByAds(context, listId ?? '0');
    if (listId !== undefined) return { name, ok: true, detail: 'by the Google Ads API' };
  } catch (error) {
    const missesList =
      listId === undefined &&
      error instanceof ConnectorFailure &&
      (error.kind === 'gone' || (error.kind === 'invalid' && OF_A_LIST.test(error.code)));
    if (!missesList) throw error;
  }
  const detail =
    'The Google Ads API has nothing against this token, but judges uploads only for an account that has a list: run a sync, then test again.';
  return { name, ok: null, detail };
}

/** The check that a failure of the step under way belongs to. */
function nameOf(failure: ConnectorFailure, stage: CheckName): CheckName {
  if (failure.healsItself) return 'reach';
  if (failure.kind === 'terms') return 'terms accepted';
  if (failure.kind === 'auth') return 'credentials';
  if (failure.code === 'RequestError.UNSUPPORTED_VERSION') return 'API version';
  // The Data Manager API was reached before; this scope or switch is that of the Google Ads API.
  if (stage === 'may write audiences') return stage;
  if (failure.code === 'ACCESS_TOKEN_SCOPE_INSUFFICIENT') return 'credentials';
  return failure.code === 'SERVICE_DISABLED' ? 'API version' : stage;
}

function unjudged(name: CheckName, cause: CheckName): Check {
  return { name, ok: null, detail: `Not judged, because "${cause}" failed.` };
}

function clockVerdict(context: ConnectorContext): Check {
  const name = 'clock';
  if (!byServiceAccount(context)) {
    const detail = "Not asked: access by refresh token does not depend on this machine's clock.";
    return { name, ok: null, detail };
  }
  const skew = clockSkewMs(context);
  if (skew === undefined) return { name, ok: null, detail: 'Google has not told its time.' };
  const seconds = Math.round(Math.abs(skew) / 1000);
  const off = `${seconds} s ${skew < 0 ? 'behind' : 'ahead of'} Google`;
  return Math.abs(skew) <= MOST_SKEW_MS
    ? { name, ok: true, detail: seconds < 2 ? 'as at Google' : off }
    : {
        name,
        ok: false,
        cause: `The clock of this machine is ${off}; what a service account signs is then refused.`,
        fix: 'Set the clock of this machine by a time server.',
      };
}

function expiryVerdict(context: ConnectorContext): Check {
  const name = 'token expiry';
  if (byServiceAccount(context)) {
    const detail = 'The key of a service account does not expire, unless its organisation said so.';
    return { name, ok: true, detail };
  }
  const end = refreshTokenEnd(context);
  const day = end?.toISOString().slice(0, 10);
  return day === undefined
    ? {
        name,
        ok: null,
        detail: 'Google told no date: the refresh token lasts until it is revoked.',
      }
    : { name, ok: true, detail: `The refresh token ends on ${day}; sign in again before.` };
}

function takesContacts(list: UserList): boolean {
  return (
    list.accessReason === 'OWNED' &&
    list.membershipStatus === 'OPEN' &&
    list.ingestedUserListInfo?.uploadKeyTypes.includes('CONTACT_ID') === true
  );
}

function probe(list: UserList): Batch {
  return {
    id: 0n,
    audience: { remoteId: list.id, name: list.displayName },
    operation: 'add',
    members: [{ email: [NOBODY], phone: [], consent: GRANTED }],
  };
}
