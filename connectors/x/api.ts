/** X's Ads API: the requests of an audience sync, and what is read of their answers. */
import { z } from 'zod';
import { ConnectorFailure } from '../connector.ts';
import type { ConnectorContext } from '../connector.ts';
import type { Answer, Headers } from './answer.ts';
import { parseJson, readErrors } from './error-body.ts';
import { unreadable } from './failures.ts';
import { scrub } from './scrub.ts';
import { ask, read, refusal, secretsOf, send } from './transport.ts';
import type { Request } from './transport.ts';

/** Most audiences in one page. */
const PAGE_SIZE = 1000;

const AudienceSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullish(),
  audience_size: z.int().nonnegative().nullable(),
  reasons_not_targetable: z.array(z.string()),
  targetable: z.boolean().optional(),
  deleted: z.boolean().optional(),
});

/** A custom audience as X shows it, as far as we read it. */
export type RemoteAudience = z.infer<typeof AudienceSchema>;

const AudiencePage = z.object({
  data: z.array(AudienceSchema),
  next_cursor: z.string().nullish(),
});

const Counts = z.object({ success_count: z.int(), total_count: z.int() });

// X shows one object for an audience and a list for the do-not-reach list, with no word on whether
// it is one of operations: either way the sum is what was taken.
const UserCounts = z.object({ data: z.union([Counts.transform((one) => [one]), z.array(Counts)]) });

const DoNotReachList = z.object({ id: z.string(), deleted: z.boolean().optional() });

const AccountAnswer = z.object({
  data: z.object({ name: z.string(), approval_status: z.string().optional() }),
});

const AccessAnswer = z.object({ data: z.object({ permissions: z.array(z.string()) }) });

/** An ad account's name and standing, and X's warning if our API version is being retired. */
export interface Account {
  readonly name: string;
  readonly approvalStatus: string | undefined;
  readonly versionWarning: string | undefined;
}

/**
 * Asks for the ad account: the account or why there is none, beside the headers of the answer.
 *
 * @throws ConnectorFailure where there was no answer.
 */
export async function probeAccount(
  context: ConnectorContext,
): Promise<{ readonly headers: Headers; readonly outcome: Account | ConnectorFailure }> {
  const answer = await ask(context, { method: 'get', path: '' });
  try {
    return { headers: answer.headers, outcome: accountOf(context, answer) };
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) throw error;
    return { headers: answer.headers, outcome: error };
  }
}

/** @throws ConnectorFailure where the answer holds no account. */
function accountOf(context: ConnectorContext, answer: Answer): Account {
  if (answer.status >= 400) throw refusal(context, answer);
  const { data } = read(AccountAnswer, parseJson(answer.text), 'the account');
  const warning = answer.headers['x-api-warn'];
  return {
    name: data.name,
    approvalStatus: data.approval_status,
    versionWarning: typeof warning === 'string' ? scrub(warning, secretsOf(context)) : undefined,
  };
}

/** The roles of the token's user on the ad account, e.g. `ACCOUNT_ADMIN`. */
export async function readPermissions(context: ConnectorContext): Promise<readonly string[]> {
  const path = '/authenticated_user_access';
  const { body } = await send(context, { method: 'get', path });
  return read(AccessAnswer, body, 'the permissions').data.permissions;
}

/** Every audience of the account that is not deleted, page by page; by name prefix if given. */
export async function* listAudiences(
  context: ConnectorContext,
  namePrefix?: string,
): AsyncGenerator<RemoteAudience, undefined> {
  let cursor: string | undefined;
  do {
    const { body } = await send(context, {
      method: 'get',
      path: '/custom_audiences',
      query: { count: PAGE_SIZE, q: namePrefix, cursor },
    });
    const page = read(AudiencePage, body, 'the audiences');
    for (const audience of page.data) if (audience.deleted !== true) yield audience;
    const next = page.next_cursor ?? undefined;
    if (next !== undefined && next === cursor) throw unreadable('the audiences');
    cursor = next;
  } while (cursor !== undefined);
}

/** Makes an audience of customer data. X refuses a name that the account already has. */
export async function createAudience(
  context: ConnectorContext,
  form: { readonly name: string; readonly description: string },
): Promise<RemoteAudience> {
  const request = { method: 'post', path: '/custom_audiences', form } as const;
  const { body } = await send(context, request);
  return read(z.object({ data: AudienceSchema }), body, 'the new audience').data;
}

/** One audience. A deleted one is a failure of kind `gone`. */
export async function readAudience(context: ConnectorContext, id: string): Promise<RemoteAudience> {
  const path = `/custom_audiences/${encodeURIComponent(id)}`;
  const { body } = await send(context, { method: 'get', path });
  return read(z.object({ data: AudienceSchema }), body, 'the audience').data;
}

/** A body of operations, and how many it holds. */
export interface Operations {
  readonly json: Buffer;
  readonly count: number;
}

/** How many users X took, of how many it saw. */
export interface Taken {
  readonly successCount: number;
  readonly totalCount: number;
}

/** Changes who is on an audience. */
export async function changeUsers(
  context: ConnectorContext,
  id: string,
  { json, count }: Operations,
): Promise<Taken> {
  const path = `/custom_audiences/${encodeURIComponent(id)}/users`;
  return change(context, { method: 'post', path, json, operations: count });
}

/** The id of the account's do-not-reach list, of which there is at most one; undefined for none. */
export async function findDoNotReachList(context: ConnectorContext): Promise<string | undefined> {
  const { body } = await send(context, { method: 'get', path: '/do_not_reach_lists' });
  const { data } = read(z.object({ data: z.array(DoNotReachList) }), body, 'the do-not-reach list');
  return data.find(({ deleted }) => deleted !== true)?.id;
}

/** Makes the account's do-not-reach list, which X names itself. */
export async function createDoNotReachList(
  context: ConnectorContext,
  description: string,
): Promise<string> {
  const request = { method: 'post', path: '/do_not_reach_lists', form: { description } } as const;
  const { body } = await send(context, request);
  return read(z.object({ data: DoNotReachList }), body, 'the new do-not-reach list').data.id;
}

/** Changes who is on the do-not-reach list. */
export async function changeDoNotReachUsers(
  context: ConnectorContext,
  id: string,
  { json, count }: Operations,
): Promise<Taken> {
  const path = `/do_not_reach_lists/${encodeURIComponent(id)}/users`;
  return change(context, { method: 'post', path, json, batch: true, operations: count });
}

async function change(
  context: ConnectorContext,
  request: Extract<Request, { json: Buffer }>,
): Promise<Taken> {
  const answer = await ask(context, request);
  const body = parseJson(answer.text);
  // X's docs show no status of errors inside operations, so they count whatever it is.
  const isRefused = readErrors(body, request.operations).all.length > 0;
  if (answer.status >= 400 || isRefused) throw refusal(context, answer, request);
  const { data } = read(UserCounts, body, 'the counts');
  return {
    successCount: data.reduce((sum, each) => sum + each.success_count, 0),
    totalCount: data.reduce((sum, each) => sum + each.total_count, 0),
  };
}
