/** `destination test` for Google: the named ticks, in the order in which they build on each other. */
import { ConnectorFailure } from '../connector.ts';
import type { Batch, Check, ConnectorContext } from '../connector.ts';
import type { Digest } from '../../src/identity/types.ts';
import { listUserLists, tryCreateUserList, trySendMembers } from './api.ts';
import type { UserList } from './api.ts';
import { newUserList } from './audience.ts';
import { accessToken } from './oauth.ts';
import { pack } from './pack.ts';

/** Google's published test digest of `alexz@example.com`, a reserved domain: nobody's address. */
const NOBODY = '509e933019bb285a134a9334b8bb679dff79d0ce023d529af4bd744d47b4fd8a' as Digest;
const GRANTED = { adUserData: 'granted', adPersonalization: 'granted' } as const;

/**
 * Tries what a sync needs without changing anything: Google offers `validateOnly` for making lists
 * and for uploads. A check that builds on a failed one is left out. The upload check needs a list
 * and is left out where the account has none yet.
 */
export async function checkGoogle(context: ConnectorContext): Promise<Check[]> {
  const checks: Check[] = [];
  const tick = (name: string, detail?: string) =>
    checks.push({ name, ok: true, ...(detail === undefined ? {} : { detail }) });
  let lists: readonly UserList[] = [];
  /** The check that a failure of the step under way belongs to. */
  let stage = 'credentials';
  try {
    await accessToken(context);
    tick('credentials');
    stage = 'account visible';
    lists = (await listUserLists(context, '')).userLists;
    tick('reach');
    tick('API version', 'Data Manager API v1');
    tick('account visible', `Google Ads account ${context.account}`);
    stage = 'may write audiences';
    const key = `check-${context.now().getTime()}`;
    await tryCreateUserList(context, newUserList({ name: `Rekindle ${key}`, key }));
    tick('may write audiences');
    const list = lists.find((candidate) => takesContacts(candidate));
    if (list === undefined) return checks;
    stage = 'may upload';
    await trySendMembers(context, pack(context.account, probe(list)));
    tick('terms accepted');
    tick('may upload');
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) throw error;
    const name = nameOf(error, stage);
    checks.push({ name, ok: false, cause: error.message, fix: error.nextStep });
  }
  return checks;
}

function nameOf(failure: ConnectorFailure, stage: string): string {
  if (failure.healsItself) return 'reach';
  if (failure.kind === 'terms') return 'terms accepted';
  return failure.kind === 'auth' ? 'credentials' : stage;
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
