/** Which rows of a request Google named when it refused all of it. */
import type { RefusedRow } from '../connector.ts';

/** One entry of `google.rpc.BadRequest`, with the reason that the Data Manager API adds. */
export interface FieldViolation {
  readonly field: string;
  readonly reason?: string | undefined;
}

/**
 * Reasons that speak of one record. All others, also those that Google may add, are taken to speak
 * of the request, its list, its terms or its accounts, even under a member's path: for events
 * Google was seen to put missing terms under `events.events[0].destination_references[0]`.
 */
const OF_A_RECORD: ReadonlySet<string> = new Set([
  'REQUIRED_FIELD_MISSING',
  'INVALID_FORMAT',
  'INVALID_HEX_ENCODING',
  'INVALID_BASE64_ENCODING',
  'INVALID_SHA256_FORMAT',
  'INVALID_POSTAL_CODE',
  'INVALID_COUNTRY_CODE',
  'INVALID_ENUM_VALUE',
  'INVALID_AUDIENCE_MEMBER',
  'INVALID_MOBILE_ID_FORMAT',
  'TOO_MANY_USER_IDENTIFIERS',
  'NO_IDENTIFIERS_PROVIDED',
  'FIELD_VALUE_TOO_LONG',
  'FIELD_VALUE_TOO_SHORT',
]);

/**
 * A member's place in a path. How Google writes it for audiences is unconfirmed: seen are
 * `events.events[0]` and, in somebody's fixture, `audience_members[0]`.
 */
const MEMBER = /(?:^|\.)(?:audience_members|audienceMembers)\[(\d{1,6})\](?=\.|\[|$)(.*)$/s;

/**
 * The rows that violations name, each once under its first reason, in the order of the request.
 *
 * @param rows how many members were sent; a place beyond them shows that the paths mean something
 * else than we think, so that then nobody is named
 */
export function culpritsOf(violations: readonly FieldViolation[], rows: number): RefusedRow[] {
  const codes = new Map<number, string>();
  for (const { field, reason = '' } of violations) {
    const [, index, rest = ''] = MEMBER.exec(field) ?? [];
    if (index === undefined) continue;
    const position = Number(index);
    if (position >= rows) return [];
    if (!OF_A_RECORD.has(reason) || /destination_?references/i.test(rest)) continue;
    if (!codes.has(position)) codes.set(position, reason);
  }
  return Array.from(codes, ([position, code]) => ({ position, code })).sort(
    (one, other) => one.position - other.position,
  );
}
