/**
 * The Data Manager API v1 as far as audiences need it: requests and zod-parsed answers.
 * Reference: developers.google.com/data-manager/api/reference/rest/v1
 */
import { z } from 'zod';
import type { ConnectorContext } from '../connector.ts';
import { listHeaders, projectHeaders } from './destination.ts';
import type { Destination } from './destination.ts';
import { exchange } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { apiFailure, noAnswer } from './failures.ts';
import { accessToken, secretsOf } from './oauth.ts';
import type { AudienceMembersRequest } from './pack.ts';

/** ProtoJSON writes int64 as a string. */
const Int64 = z.coerce.number().int().nonnegative();

const UserListAnswer = z.object({
  id: z.string().regex(/^\d+$/),
  displayName: z.string(),
  description: z.string().default(''),
  integrationCode: z.string().default(''),
  membershipStatus: z.string().default('OPEN'),
  closingReason: z.string().default(''),
  membershipDuration: z
    .string()
    .regex(/^\d+(\.\d+)?s$/)
    .optional(),
  accessReason: z.string().default('OWNED'),
  sizeInfo: z
    .object({
      displayNetworkMembersCount: Int64.default(0),
      searchNetworkMembersCount: Int64.default(0),
    })
    .optional(),
  ingestedUserListInfo: z
    .object({
      uploadKeyTypes: z.array(z.string()).default([]),
      contactIdInfo: z
        .object({ matchRatePercentage: z.int().min(0).max(100).optional() })
        .optional(),
    })
    .optional(),
});
export type UserList = z.infer<typeof UserListAnswer>;

/** The fields of a list that its maker sets. */
export interface NewUserList {
  readonly displayName: string;
  readonly description: string;
  readonly integrationCode: string;
  /** Whole days in seconds with an `s`, at most 540 days. */
  readonly membershipDuration: `${number}s`;
}

const Page = z.object({
  userLists: z.array(UserListAnswer).default([]),
  nextPageToken: z.string().default(''),
});

const Counts = z.array(z.object({ recordCount: Int64.default(0), reason: z.string().default('') }));

const StatusAnswer = z.object({
  requestStatusPerDestination: z
    .array(
      z.object({
        requestStatus: z.string().default('REQUEST_STATUS_UNKNOWN'),
        /** Google: "may not be populated in all cases". */
        errorInfo: z.object({ errorCounts: Counts.default([]) }).optional(),
        warningInfo: z.object({ warningCounts: Counts.default([]) }).optional(),
        audienceMembersIngestionStatus: z
          .object({ compositeDataIngestionStatus: z.object({ recordCount: Int64 }).optional() })
          .optional(),
        audienceMembersRemovalStatus: z
          .object({ compositeDataRemovalStatus: z.object({ recordCount: Int64 }).optional() })
          .optional(),
        /** Of a sweep, which has no counts. */
        removeAllAudienceMembersStatus: z.object({}).optional(),
      }),
    )
    .length(1),
});
export type DestinationStatus = z.infer<typeof StatusAnswer>['requestStatusPerDestination'][number];

const Taken = z.object({ requestId: z.string().min(1) });

/** Most lists on one page; Google's own maximum. */
const PAGE_SIZE = 1000;

/** One page of the account's Customer Match lists, and the token of the next ('' at the end). */
export async function listUserLists(
  context: ConnectorContext,
  pageToken: string,
): Promise<{ userLists: UserList[]; nextPageToken: string }> {
  const query = new URLSearchParams({ pageSize: String(PAGE_SIZE) });
  if (pageToken !== '') query.set('pageToken', pageToken);
  const path = `${listsPath(context)}?${query.toString()}`;
  return call(context, { method: 'GET', path, headers: listHeaders(context) }, Page);
}

export async function getUserList(context: ConnectorContext, id: string): Promise<UserList> {
  const path = `${listsPath(context)}/${encodeURIComponent(id)}`;
  return call(context, { method: 'GET', path, headers: listHeaders(context) }, UserListAnswer);
}

/** Makes a list for hashed contact details of the advertiser's own customers. */
export async function createUserList(
  context: ConnectorContext,
  list: NewUserList,
): Promise<UserList> {
  const path = listsPath(context);
  return call(context, creation(context, path, list), UserListAnswer);
}

/** Asks whether `createUserList` would succeed; makes nothing. */
export async function tryCreateUserList(
  context: ConnectorContext,
  list: NewUserList,
): Promise<void> {
  const path = `${listsPath(context)}?validateOnly=true`;
  await call(context, creation(context, path, list), z.unknown());
}

/** Sends people to or from a list; the answer is only the id to ask about later. */
export async function sendMembers(
  context: ConnectorContext,
  operation: 'ingest' | 'remove',
  body: AudienceMembersRequest,
): Promise<{ requestId: string }> {
  const path = `/v1/audienceMembers:${operation}`;
  const rows = body.audienceMembers.length;
  return call(context, { method: 'POST', path, body, rows }, Taken);
}

/**
 * Takes everybody off a list who was last added before a moment (RFC 3339, no later than now). Only
 * `replace` calls this, after everybody who belongs on the list was added again.
 */
export async function sweepMembers(
  context: ConnectorContext,
  body: { readonly destinations: readonly [Destination]; readonly removeAsOfTime: string },
): Promise<{ requestId: string }> {
  return call(context, { method: 'POST', path: '/v1/audienceMembers:removeAll', body }, Taken);
}

/** Asks whether an upload would be taken; nothing is applied and there is no status to follow. */
export async function trySendMembers(
  context: ConnectorContext,
  body: AudienceMembersRequest,
): Promise<void> {
  const request = { ...body, validateOnly: true };
  const path = '/v1/audienceMembers:ingest';
  await call(context, { method: 'POST', path, body: request }, z.unknown());
}

/** What became of an upload to one list. */
export async function retrieveStatus(
  context: ConnectorContext,
  requestId: string,
): Promise<DestinationStatus> {
  const path = `/v1/requestStatus:retrieve?${new URLSearchParams({ requestId }).toString()}`;
  const answer = await call(context, { method: 'GET', path }, StatusAnswer);
  const [status] = answer.requestStatusPerDestination;
  if (status === undefined) throw unreadable();
  return status;
}

interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** How many members the body holds. */
  readonly rows?: number;
}

async function call<T>(
  context: ConnectorContext,
  request: Request,
  schema: z.ZodType<T>,
): Promise<T> {
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const send = (token: string) => {
    const wire: Exchange = {
      endpoint: 'dataManager',
      method: request.method,
      path: request.path,
      headers: {
        authorization: `Bearer ${token}`,
        ...projectHeaders(context),
        ...request.headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body }),
    };
    return exchange(context, wire);
  };
  let token = await accessToken(context);
  let answer = await send(token);
  if (answer.status === 401) {
    // A token can die before its time; one new token tells that apart from lost access.
    token = await accessToken(context, { rejected: token });
    answer = await send(token);
  }
  if (answer.status !== 200) {
    throw apiFailure(answer, [...secretsOf(context), token], request.rows);
  }
  const parsed = schema.safeParse(answer.body);
  if (!parsed.success) throw unreadable();
  return parsed.data;
}

function unreadable() {
  return noAnswer('UNREADABLE_ANSWER', 'Google answered 200 with a body of another shape.', 200);
}

function listsPath(context: ConnectorContext): string {
  return `/v1/accountTypes/GOOGLE_ADS/accounts/${encodeURIComponent(context.account)}/userLists`;
}

function creation(context: ConnectorContext, path: string, list: NewUserList): Request {
  const body = {
    ...list,
    ingestedUserListInfo: {
      uploadKeyTypes: ['CONTACT_ID'],
      contactIdInfo: { dataSourceType: 'DATA_SOURCE_TYPE_FIRST_PARTY' },
    },
  };
  return { method: 'POST', path, body, headers: listHeaders(context) };
}
