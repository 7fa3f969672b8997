/** Finding and making the list that one sync fills. */
import type { Audience, AudienceWanted, ConnectorContext } from '../connector.ts';
import { createUserList, listUserLists } from './api.ts';
import type { NewUserList, UserList } from './api.ts';
import { ownFailure } from './failures.ts';
import { LIMITS } from './pack.ts';

/** A list's fields; the key stands in its integration code and, for people, its description. */
export function newUserList({ name, key }: AudienceWanted): NewUserList {
  const days = LIMITS.memberLifetimeDays ?? 0;
  return {
    displayName: name,
    description: `Managed by Rekindle (${key})`,
    integrationCode: key,
    membershipDuration: `${days * 86_400}s`,
  };
}

/**
 * The list that carries our key, by whatever name it has now, else a new one.
 *
 * @throws ConnectorFailure `invalid` when the name belongs to another list, or ours was closed
 * (Google closes lists unused for a year; what an upload to one does is not documented).
 */
export async function findOrCreate(
  context: ConnectorContext,
  wanted: AudienceWanted,
): Promise<Audience> {
  const found = await find(context, wanted.key);
  if (found === undefined) return audienceOf(await createUserList(context, newUserList(wanted)));
  if (found.membershipStatus === 'CLOSED') {
    throw ownFailure('LIST_CLOSED', `Google list ${found.id} is closed and takes no new members.`);
  }
  return audienceOf(found);
}

async function find(context: ConnectorContext, key: string): Promise<UserList | undefined> {
  let pageToken = '';
  do {
    const page = await listUserLists(context, pageToken);
    const found = page.userLists.find(
      (list) =>
        list.accessReason === 'OWNED' &&
        (list.integrationCode === key || list.description.includes(`(${key})`)),
    );
    if (found !== undefined) return found;
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  return undefined;
}

function audienceOf(list: UserList): Audience {
  return { remoteId: list.id, name: list.displayName };
}
