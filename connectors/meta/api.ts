/** Meta's requests for customer lists as a whole: list, make, read; one function each. */
import { z } from 'zod';
import type { ConnectorContext } from '../connector.ts';
import { ask } from './ask.ts';
import { unreadable } from './sdk.ts';

/** Meta recommends pages of 20 with cursors for this list. */
const PAGE = 20;

const PermissionsSchema = z.object({ can_edit: z.boolean().optional() });

const ListedSchema = z.object({
  id: z.string().regex(/^\d+$/),
  name: z.string().default(''),
  description: z.string().default(''),
  subtype: z.string().default(''),
  permission_for_actions: PermissionsSchema.optional(),
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
    const page = await ask(context, PageSchema, {
      method: 'GET',
      path: [context.account, 'customaudiences'],
      params: {
        fields: fieldsOf(ListedSchema),
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
  const { id } = await ask(context, z.object({ id: z.string().regex(/^\d+$/) }), {
    method: 'POST',
    path: [context.account, 'customaudiences'],
    params: { ...audience, subtype: 'CUSTOM', customer_file_source: 'USER_PROVIDED_ONLY' },
  });
  return id;
}

const StatusSchema = z.object({ code: z.coerce.number(), description: z.string().default('') });
export type AudienceStatus = z.infer<typeof StatusSchema>;

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
  return ask(context, SizeSchema, {
    method: 'GET',
    path: [audienceId],
    params: { fields: fieldsOf(SizeSchema) },
  });
}

const ListSchema = SizeSchema.extend({
  name: z.string(),
  /** Days that people stay, 1 to 180; 0 or nothing for ever. */
  retention_days: z.coerce.number().default(0),
});
export type AudienceState = z.infer<typeof ListSchema>;

/** What Meta tells of an audience as a whole. */
export function readState(context: ConnectorContext, audienceId: string): Promise<AudienceState> {
  return ask(context, ListSchema, {
    method: 'GET',
    path: [audienceId],
    params: { fields: fieldsOf(ListSchema) },
  });
}

const ReadinessSchema = z.object({
  subtype: z.string().optional(),
  is_value_based: z.boolean().optional(),
  operation_status: StatusSchema.optional(),
  permission_for_actions: PermissionsSchema.optional(),
  approximate_count_lower_bound: z.coerce.number().default(-1),
});
export type AudienceReadiness = z.infer<typeof ReadinessSchema>;

/** What decides whether an audience can be replaced. */
export function readReadiness(
  context: ConnectorContext,
  audienceId: string,
): Promise<AudienceReadiness> {
  return ask(context, ReadinessSchema, {
    method: 'GET',
    path: [audienceId],
    params: { fields: fieldsOf(ReadinessSchema) },
  });
}

function fieldsOf(schema: z.ZodObject): string {
  return Object.keys(schema.shape).join(',');
}
