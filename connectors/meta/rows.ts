/** From people to the rows of a request, and how a request's session is named. */
import { createHash } from 'node:crypto';
import type { Profile } from '../../src/identity/types.ts';
import type { Batch, Member, Replacement } from '../connector.ts';

/** The columns that people are found and removed by, in the order in which they are sent. */
export const KEY_COLUMNS = ['EMAIL', 'PHONE', 'MADID', 'EXTERN_ID'] as const;
export type KeyColumn = (typeof KEY_COLUMNS)[number];

/** A row of a request and the person (by position in the batch) that it belongs to. */
export interface WireRow {
  readonly member: number;
  /** What the row names the person by: at least one key. */
  readonly keys: Readonly<Partial<Record<KeyColumn, string>>>;
  readonly profile: Profile;
  readonly limitedUseState?: number;
}

/** A person's keys by column. */
export function keysOf(member: Member): Record<KeyColumn, readonly string[]> {
  const { email, phone, mobileId = [], externalId = [] } = member;
  return { EMAIL: email, PHONE: phone, MADID: mobileId, EXTERN_ID: externalId };
}

/**
 * All rows of a batch. A removal names one key a row, and nothing else of the person: whether Meta
 * wants every value of a removal row to match is not documented, and one key always matches.
 */
export function rowsOf({ operation, members }: Pick<Batch, 'operation' | 'members'>): WireRow[] {
  return members.flatMap((person, member) =>
    operation === 'add'
      ? addRows(person, member)
      : singles(keysOf(person)).map((keys): WireRow => ({ member, keys, profile: {} })),
  );
}

/**
 * The rows for adding a person: the first key of each kind together, each further one on a row of
 * its own, since repeated keys in a schema are not documented. Names and address go along on the
 * first row alone: they can find the person by themselves, which they need to do only once, and a
 * further row is there for its key. Limited data use is a matter of each row, so all rows say it.
 */
function addRows(person: Member, member: number): WireRow[] {
  const keys = keysOf(person);
  const first: Partial<Record<KeyColumn, string>> = {};
  const further: Partial<Record<KeyColumn, readonly string[]>> = {};
  for (const column of KEY_COLUMNS) {
    const [one, ...more] = keys[column];
    if (one === undefined) continue;
    first[column] = one;
    further[column] = more;
  }
  if (Object.keys(first).length === 0) return [];
  const { limitedUseState } = person.consent;
  const each = { member, ...(limitedUseState === undefined ? {} : { limitedUseState }) };
  return [
    { ...each, keys: first, profile: person.profile ?? {} },
    ...singles(further).map((keys): WireRow => ({ ...each, keys, profile: {} })),
  ];
}

/** One key each. */
function singles(keys: Readonly<Partial<Record<KeyColumn, readonly string[]>>>): WireRow['keys'][] {
  return KEY_COLUMNS.flatMap((column) => (keys[column] ?? []).map((key) => ({ [column]: key })));
}

/**
 * The session id of a batch: the same for every resend, unique per ad account to all intents, and
 * below 2^53, above which the SDK would round it. Meta wants a positive 64-bit integer. What the
 * batch says is part of it, since a database restored from a copy counts its batches over the same
 * numbers again: a session of the time before must not answer for other people.
 */
export function sessionId({ audience, id, operation, members }: Batch): number {
  const keys = members.flatMap((member) =>
    Object.entries(keysOf(member)).flatMap(([column, values]) =>
      values.map((value) => `${column} ${value}`),
    ),
  );
  // Sorted, so that it does not matter in which order the people are read again.
  return idOf(['batch', audience.remoteId, String(id), operation, ...keys.sort()]);
}

/**
 * The session id that all parts of a replacement share, whichever batches they are. The moment of
 * its beginning keeps it apart from one under the same number before a database was restored.
 */
export function replacementSessionId({ audience, id, startedAt }: Replacement): number {
  return idOf(['replacement', audience.remoteId, String(id), startedAt.toISOString()]);
}

/** From a list, written so that no two lists look the same. */
function idOf(parts: readonly string[]): number {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest();
  return Number(digest.readBigUInt64BE() >> 11n) || 1;
}
