/**
 * The requests to Example Ads, one function each, with nothing but what the connector needs:
 *
 *     GET  /v1/accounts/ID              who the account is, and what the token may do
 *     GET  /v1/accounts/ID/lists        its lists, in pages
 *     POST /v1/accounts/ID/lists        makes a list
 *     GET  /v1/lists/ID                 one list with its size
 *     POST /v1/lists/ID/members/add     takes people on: all of a request or none
 *     POST /v1/lists/ID/members/remove  takes keys off
 *
 * A real connector names the pages of the documentation here.
 */
import { z } from 'zod';
import type { ConnectorContext } from '../connector.ts';
import { ask } from './ask.ts';
import { unreadable } from './failures.ts';

// Only what is read: a field that the platform adds later breaks nothing.
const AccountSchema = z.object({
  name: z.string(),
  may_write: z.boolean(),
  terms_accepted: z.boolean(),
  token_ends_at: z.iso.datetime().nullable(),
});
export type Account = z.infer<typeof AccountSchema>;

const ListSchema = z.object({ id: z.string(), name: z.string(), note: z.string() });
export type List = z.infer<typeof ListSchema>;

const PageSchema = z.object({ lists: z.array(ListSchema), next: z.string().nullable() });
const StateSchema = z.object({
  name: z.string(),
  serving: z.boolean(),
  size: z.int().nonnegative().nullable(),
});
export type ListState = z.infer<typeof StateSchema>;
const TakenSchema = z.object({ request_id: z.string(), taken: z.int().nonnegative() });

/** One person on the wire. */
export interface Person {
  readonly emails: readonly string[];
  readonly phones: readonly string[];
}

/** The account of the context, as far as the checks ask. */
export function readAccount(context: ConnectorContext): Promise<Account> {
  return ask(context, AccountSchema, accountPath(context));
}

/** Every list of the account. */
export async function* eachList(context: ConnectorContext): AsyncGenerator<List, undefined> {
  let after: string | null = '';
  while (after !== null) {
    const query: string = after === '' ? '' : `?after=${encodeURIComponent(after)}`;
    const page: z.infer<typeof PageSchema> = await ask(
      context,
      PageSchema,
      `${accountPath(context)}/lists${query}`,
    );
    yield* page.lists;
    // A cursor that comes back would turn this into an endless walk.
    if (page.next === after) throw unreadable();
    after = page.next;
  }
}

/** Makes an empty list. */
export function makeList(context: ConnectorContext, list: Omit<List, 'id'>): Promise<List> {
  return ask(context, ListSchema, `${accountPath(context)}/lists`, list);
}

/** One list; its size is of people whom Example Ads knows, to the hundred below, null under 100. */
export function readState(context: ConnectorContext, listId: string): Promise<ListState> {
  return ask(context, StateSchema, `/v1/lists/${encodeURIComponent(listId)}`);
}

/** Gives the platform's id of the request, and how many people it took. */
export async function changeMembers(
  context: ConnectorContext,
  change: { readonly listId: string; readonly operation: 'add' | 'remove' },
  people: readonly Person[],
): Promise<{ readonly requestId: string; readonly taken: number }> {
  const path = `/v1/lists/${encodeURIComponent(change.listId)}/members/${change.operation}`;
  const { request_id: requestId, taken } = await ask(context, TakenSchema, path, { people });
  return { requestId, taken };
}

function accountPath({ account }: ConnectorContext): string {
  return `/v1/accounts/${encodeURIComponent(account)}`;
}
