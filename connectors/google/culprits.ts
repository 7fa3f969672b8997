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
 * What we set for all members alike, wherever it stands: consent, encoding, terms, references. A
 * fault in it is one of the request, also where Google names a member.
 */
const SET_FOR_ALL =
  /(?:^|\.)(?:consent|encoding|terms_?of_?service|destination_?references?)(?=[.[]|$)/i;

/** Below so many rows a few bad ones are easily most of them, and the engine loses little. */
const ENOUGH_ROWS = 10;

/**
 * Whether one reason names so many rows that it is our request which is wrong. Rows are looked at
 * before they are sent, so that bad ones are rare and scattered: more than half of a request is no
 * accident. Google may also cut its list short (how long it is, is unconfirmed); what is wrong with
 * all of them then names the first rows without a gap.
 *
 * @param named the positions that one reason names
 */
export function blamesTheRequest(named: ReadonlySet<number>, rows: number): boolean {
  if (rows < ENOUGH_ROWS || named.size === 0) return false;
  const gapless = Math.max(...named) === named.size - 1;
  return named.size > rows / 2 || (gapless && named.size >= ENOUGH_ROWS);
}

/**
 * The rows that violations name, each once under its first reason, in the order of the request.
 *
 * Nobody where one reason blames the request.
 *
 * @param rows how many members were sent; a place beyond them shows that the paths mean something
 * else than we think, so that then nobody is named
 */
export function culpritsOf(violations: readonly FieldViolation[], rows: number): RefusedRow[] {
  const codes = new Map<number, string>();
  const byReason = new Map<string, Set<number>>();
  for (const { field, reason = '' } of violations) {
    const [, index, rest = ''] = MEMBER.exec(field) ?? [];
    if (index === undefined) continue;
    const position = Number(index);
    if (position >= rows) return [];
    if (!OF_A_RECORD.has(reason) || SET_FOR_ALL.test(rest)) continue;
    byReason.set(reason, (byReason.get(reason) ?? new Set()).add(position));
    if (!codes.has(position)) codes.set(position, reason);
  }
  if ([...byReason.values()].some((named) => blamesTheRequest(named, rows))) return [];
  return Array.from(codes, ([position, code]) => ({ position, code })).sort(
    (one, other) => one.position - other.position,
  );
}
