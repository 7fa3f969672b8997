/** Meta's requests for customer lists, one function each, with their answers parsed. */
import { z } from 'zod';
import type { ConnectorContext } from '../connector.ts';
import { callGraph, unreadable } from './sdk.ts';
import type { GraphAnswer, GraphRequest } from './sdk.ts';
import type { Table } from './table.ts';
import type { Headers } from './usage.ts';

/** Meta recommends pages of 20 with cursors for this list. */
const PAGE = 20;

const ListedSchema = z.object({
  id: z.string().regex(/^\d+$/),
  name: z.string().default(''),
  description: z.string().default(''),
  subtype: z.string().default(''),
});
export type ListedAudience = z.infer<typeof ListedSchema>;

const PageSchema = z.object({
  data: z.array(ListedSchema),
  paging: z
    .object({
      cursors: z.object({ after: z.string().optional() }).optional(),
      next: z.string().optional(),
    })
    .optional(),
});

/** Every audience of the ad account, page by page. */
export async function listAudiences(context: ConnectorContext): Promise<ListedAudience[]> {
  const found: ListedAudience[] = [];
  const seen = new Set<string>();
  let after: string | undefined;
  do {
    const page = await send(context, PageSchema, {
      method: 'GET',
      path: [context.account, 'customaudiences'],
      params: {
        fields: 'id,name,description,subtype',
        limit: PAGE,
        ...(after === undefined ? {} : { after }),
      },
    });
    found.push(...page.data);
    after = page.paging?.next === undefined ? undefined : page.paging.cursors?.after;
    // A cursor that comes back would turn this into an endless walk.
    if (after !== undefined && seen.has(after)) throw unreadable();
    if (after !== undefined) seen.add(after);
  } while (after !== undefined);
  return found;
}

/** Makes an empty customer list and gives its id. */
export async function createAudience(
  context: ConnectorContext,
  audience: { readonly name: string; readonly description: string },
): Promise<string> {
  const { id } = await send(context, z.object({ id: z.string().regex(/^\d+$/) }), {
    method: 'POST',
    path: [context.account, 'customaudiences'],
    params: { ...audience, subtype: 'CUSTOM', customer_file_source: 'USER_PROVIDED_ONLY' },
  });
  return id;
}

const UploadSchema = z.object({
  session_id: z.coerce.string(),
  num_received: z.coerce.number(),
  num_invalid_entries: z.coerce.number(),
  invalid_entry_samples: z.unknown().optional(),
});
export type UploadAnswer = z.infer<typeof UploadSchema>;

/**
 * Adds or removes rows as one session of one batch. Removal goes by POST with `method: DELETE`,
 * since the SDK's own DELETE puts every digest in the address and breaks at some 1,500 rows.
 */
export function sendRows(
  context: ConnectorContext,
  upload: {
    readonly audienceId: string;
    readonly operation: 'add' | 'remove';
    readonly sessionId: number;
    readonly table: Table;
  },
): Promise<UploadAnswer> {
  return send(context, UploadSchema, {
    method: 'POST',
    path: [upload.audienceId, 'users'],
    params: {
      ...(upload.operation === 'remove' ? { method: 'DELETE' } : {}),
      payload: upload.table,
      session: {
        session_id: upload.sessionId,
        batch_seq: 1,
        last_batch_flag: true,
        estimated_num_total: upload.table.data.length,
      },
    },
  });
}

const StatusSchema = z.object({ code: z.coerce.number(), description: z.string().default('') });
const SizeSchema = z.object({
  approximate_count_lower_bound: z.coerce.number().default(-1),
  approximate_count_upper_bound: z.coerce.number().default(-1),
  operation_status: StatusSchema.optional(),
  delivery_status: StatusSchema.optional(),
  time_content_updated: z.coerce.number().optional(),
});
export type AudienceSize = z.infer<typeof SizeSchema>;

/** What Meta tells of an audience's size, as it says it: -1 is no number. */
export function readSize(context: ConnectorContext, audienceId: string): Promise<AudienceSize> {
  return send(context, SizeSchema, {
    method: 'GET',
    path: [audienceId],
    params: { fields: Object.keys(SizeSchema.shape).join(',') },
  });
}

const AccountSchema = z.object({
  id: z.string(),
  name: z.string().default(''),
  user_tasks: z.array(z.string()).default([]),
  tos_accepted: z.record(z.string(), z.coerce.number()).or(z.array(z.never())).default({}),
});
export type AccountAnswer = z.infer<typeof AccountSchema> & { readonly headers: Headers };

/** The ad account as the token sees it: name, tasks of the token's user, terms accepted. */
export async function readAccount(context: ConnectorContext): Promise<AccountAnswer> {
  const answer = await callGraph(context, {
    method: 'GET',
    path: [context.account],
    params: { fields: Object.keys(AccountSchema.shape).join(',') },
  });
  return { ...parsed(AccountSchema, answer), headers: answer.headers };
}

const PermissionsSchema = z.object({
  data: z.array(z.object({ permission: z.string(), status: z.string() })),
});

/** The permissions that were granted to the token, e.g. `ads_management`. */
export async function readPermissions(context: ConnectorContext): Promise<string[]> {
  const { data } = await send(context, PermissionsSchema, {
    method: 'GET',
    path: ['me', 'permissions'],
    params: {},
  });
  return data.filter((entry) => entry.status === 'granted').map((entry) => entry.permission);
}

async function send<T>(
  context: ConnectorContext,
  schema: z.ZodType<T>,
  request: GraphRequest,
): Promise<T> {
  return parsed(schema, await callGraph(context, request));
}

function parsed<T>(schema: z.ZodType<T>, answer: GraphAnswer): T {
  const result = schema.safeParse(answer.body);
  // zod's own error quotes what it read, so it is left behind.
  if (!result.success) throw unreadable();
  return result.data;
}
