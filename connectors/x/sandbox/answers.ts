/** The shapes in which the emulated X answers. */
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { MINIMUM_SIZE } from './state.ts';
import type { StoredAudience } from './state.ts';
import type { ApiError } from './users.ts';

const DEFAULT_PAGE = 200;
const MAX_PAGE = 1000;
const LIST_PARAMETERS: readonly string[] = ['count', 'cursor', 'q', 'with_deleted'];

/** X's error body, e.g. for 403 `ACCOUNT_NOT_FOUND`. */
export function failed(
  context: Context,
  status: ContentfulStatusCode,
  errors: readonly ApiError[],
): Response {
  return context.json({ errors, ...echo(context) }, status);
}

/** A refusal of one parameter. */
export function invalidParameter(context: Context, parameter: string, message: string): Response {
  return failed(context, 400, [{ code: 'INVALID_PARAMETER', message, parameter }]);
}

export function notFound(context: Context): Response {
  return failed(context, 404, [{ code: 'NOT_FOUND', message: 'The list could not be found' }]);
}

/** The parameters of a form or of the query, or the refusal of one that the route does not take. */
export async function parametersOf(
  context: Context,
  taken: readonly string[],
): Promise<Response | ReadonlyMap<string, string>> {
  const isForm = mediaType(context) === 'application/x-www-form-urlencoded';
  const parameters = new Map([
    ...Object.entries(context.req.query()),
    ...(isForm ? new URLSearchParams(await context.req.text()) : []),
  ]);
  const unknown = [...parameters.keys()].find((name) => !taken.includes(name));
  return unknown === undefined
    ? parameters
    : invalidParameter(context, unknown, 'is not a parameter of this route');
}

/** X repeats what it understood of the request. */
export function echo(context: Context): { request: { params: Record<string, string> } } {
  const account = context.req.param('account');
  const id = context.req.param('id');
  const list = context.req.param('list');
  return {
    request: {
      params: {
        ...context.req.query(),
        ...(account !== undefined && { account_id: account }),
        ...(id !== undefined && { custom_audience_id: id }),
        ...(list !== undefined && { do_not_reach_list_id: list }),
      },
    },
  };
}

/** The media type of the body, without its parameters; X takes a charset beside it. */
export function mediaType(context: Context): string {
  return (context.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/** An account in good standing, as X shows one. */
export function accountView(id: string) {
  return {
    name: 'Rekindle Sandbox',
    business_name: null,
    timezone: 'Asia/Tokyo',
    timezone_switch_at: '2026-01-01T00:00:00Z',
    id,
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    industry_type: 'RETAIL',
    business_id: null,
    approval_status: 'ACCEPTED',
    deleted: false,
  };
}

/** The do-not-reach list as X shows it. X names the list itself and hides its size as an audience's. */
export function doNotReachView(list: StoredAudience) {
  const { targetable, description, id, audience_size: size, ...rest } = audienceView(list);
  const { reasons_not_targetable, created_at, updated_at, deleted, name } = rest;
  return {
    targetable,
    name,
    description,
    id,
    reasons_not_targetable,
    created_at,
    list_size: size,
    updated_at,
    deleted,
  };
}

/**
 * An audience as X shows it. While a change is processed, one that is already targetable keeps
 * serving and keeps its size; X does not say which reasons it then gives (unconfirmed: none).
 */
export function audienceView(audience: StoredAudience) {
  const size = audience.reading?.size ?? 0;
  const targetable = size >= MINIMUM_SIZE && !audience.deleted;
  const processing = audience.pendingSince !== null && !audience.deleted;
  return {
    targetable: targetable && !audience.stopped,
    name: audience.name,
    targetable_types: ['CRM', 'EXCLUDED_CRM'],
    audience_type: 'CRM',
    description: audience.description,
    permission_level: 'READ_WRITE',
    owner_account_id: audience.account,
    id: audience.id,
    reasons_not_targetable: targetable ? [] : [...(processing ? ['PROCESSING'] : []), 'TOO_SMALL'],
    created_at: toSeconds(audience.createdAt),
    updated_at: toSeconds(audience.updatedAt),
    partner_source: 'OTHER',
    deleted: audience.deleted,
    audience_size: targetable ? size : null,
  };
}

/** One page of a list, or the refusal of a parameter that X, or this emulator, does not know. */
export function page(
  context: Context,
  audiences: readonly StoredAudience[],
): { data: readonly StoredAudience[]; next_cursor: string | null } | Response {
  const query = context.req.query();
  const unknown = Object.keys(query).find((name) => !LIST_PARAMETERS.includes(name));
  if (unknown !== undefined) return invalidParameter(context, unknown, 'is not emulated');

  const count = Number(query['count'] ?? DEFAULT_PAGE);
  if (!Number.isInteger(count) || count < 1 || count > MAX_PAGE) {
    return invalidParameter(context, 'count', `Expected integer between 1 and ${MAX_PAGE}`);
  }
  const { q } = query;
  if (q !== undefined && (q === '' || Array.from(q).length > 255)) {
    return invalidParameter(context, 'q', 'Expected string of 1 to 255 characters');
  }
  const start = query['cursor'] === undefined ? 0 : offsetOf(query['cursor']);
  if (start === undefined) return invalidParameter(context, 'cursor', 'Unknown cursor');

  const wanted = audiences.filter(
    ({ deleted, name }) =>
      (!deleted || query['with_deleted'] === 'true') &&
      name.toLowerCase().startsWith((q ?? '').toLowerCase()),
  );
  const end = start + count;
  return {
    data: wanted.slice(start, end),
    next_cursor: end < wanted.length ? cursorOf(end) : null,
  };
}

function cursorOf(offset: number): string {
  return Buffer.from(`after:${offset}`).toString('base64url');
}

function offsetOf(cursor: string): number | undefined {
  const offset = /^after:(\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1];
  return offset === undefined ? undefined : Number(offset);
}

function toSeconds(iso: string): string {
  return `${iso.slice(0, 19)}Z`;
}
