/** From people to the rows of a request, and how a request's session is named. */
import { createHash, hash } from 'node:crypto';
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

const NONE: readonly string[] = [];

/** A person's keys of a column. */
export function keysOf(member: Member, column: KeyColumn): readonly string[] {
  switch (column) {
    case 'EMAIL':
      return member.email;
    case 'PHONE':
      return member.phone;
    case 'MADID':
      return member.mobileId ?? NONE;
    case 'EXTERN_ID':
      return member.externalId ?? NONE;
  }
}

/**
 * All rows of a batch. A removal names one key a row, and nothing else of the person: whether Meta
 * wants every value of a removal row to match is not documented, and one key always matches.
 */
export function rowsOf({ operation, members }: Pick<Batch, 'operation' | 'members'>): WireRow[] {
  const rows: WireRow[] = [];
  let member = 0;
  for (const person of members) {
    if (operation === 'add') addRows(person, member, rows);
    else {
      for (const column of KEY_COLUMNS) {
        for (const key of keysOf(person, column)) rows.push(single(member, column, key));
      }
    }
    member += 1;
  }
  return rows;
}

function single(member: number, column: KeyColumn, key: string): WireRow {
  return { member, keys: { [column]: key }, profile: NO_PROFILE };
}

const NO_PROFILE: Profile = {};

/**
 * The rows for adding a person: the first key of each kind together, each further one on a row of
 * its own, since repeated keys in a schema are not documented. Names and address go along on the
 * first row alone: they can find the person by themselves, which they need to do only once, and a
 * further row is there for its key. Limited data use is a matter of each row, so all rows say it.
 */
function addRows(person: Member, member: number, rows: WireRow[]): void {
  const { limitedUseState } = person.consent;
  const { profile = NO_PROFILE } = person;
  const first: Partial<Record<KeyColumn, string>> = {};
  let known = 0;
  let most = 0;
  for (const column of KEY_COLUMNS) {
    const values = keysOf(person, column);
    const [one] = values;
    if (one === undefined) continue;
    first[column] = one;
    known += 1;
    most = Math.max(most, values.length);
  }
  if (known === 0) return;
  const limited = limitedUseState === undefined ? undefined : { limitedUseState };
  rows.push({ member, keys: first, profile, ...limited });
  if (most === 1) return;
  for (const column of KEY_COLUMNS) {
    for (const key of keysOf(person, column).slice(1)) {
      rows.push({ ...single(member, column, key), ...limited });
    }
  }
}

/**
 * The session id of a batch: the same for every resend, unique per ad account to all intents, and
 * below 2^53, above which the SDK would round it. Meta wants a positive 64-bit integer. What the
 * batch says is part of it, since a database restored from a copy counts its batches over the same
 * numbers again: a session of the time before must not answer for other people.
 */
export function sessionId({ audience, id, operation, members }: Batch): number {
  const keys = new Float64Array(fingerprints(members)).sort();
  // Sorted, so that it does not matter in which order the people are read again.
  const digest = createHash('sha256').update(new Uint8Array(keys.buffer)).digest('hex');
  return idOf(['batch', audience.remoteId, String(id), operation, digest]);
}

/** Hexadecimal digits of each digest: those of thousands together tell one batch from any other. */
const FINGERPRINT_DIGITS = 8;
const DIGEST_DIGITS = 64;

/** A number for each key, which says its column and what it is. */
function fingerprints(members: readonly Member[]): number[] {
  const numbers: number[] = [];
  let above = 0;
  for (const column of KEY_COLUMNS) {
    for (const member of members) {
      for (const key of keysOf(member, column)) {
        const digest = key.length === DIGEST_DIGITS ? key : hash('sha256', key, 'hex');
        numbers.push(above + numberOf(digest));
      }
    }
    above += 16 ** FINGERPRINT_DIGITS;
  }
  return numbers;
}

/** The number that hexadecimal digits begin with: `parseInt` of them, without a copy. */
function numberOf(digits: string): number {
  let number = 0;
  for (let index = 0; index < FINGERPRINT_DIGITS; index += 1) {
    const code = digits.charCodeAt(index);
    // '0' is 48 and 'a' is 97.
    number = number * 16 + (code < 58 ? code - 48 : code - 87);
  }
  return number;
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
