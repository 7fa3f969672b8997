/** From people to the rows of a request, and how a request's session is named. */
import { createHash } from 'node:crypto';
import type { Batch, Member } from '../connector.ts';
import type { Cells } from './api.ts';

/** A row of a request and the person (by position in the batch) that it belongs to. */
export interface WireRow {
  readonly member: number;
  readonly cells: Cells;
}

/**
 * The rows for adding people: first e-mail and first phone together, each further one on a row of
 * its own with a blank beside it, since repeated keys in a schema are not documented.
 */
function addRows({ email, phone }: Member): Cells[] {
  const [firstEmail = '', ...moreEmails] = email;
  const [firstPhone = '', ...morePhones] = phone;
  if (firstEmail === '' && firstPhone === '') return [];
  return [[firstEmail, firstPhone], ...singles(moreEmails, morePhones)];
}

/** Rows with one key each. */
function singles(emails: readonly string[], phones: readonly string[]): Cells[] {
  return [
    ...emails.map((email): Cells => [email, '']),
    ...phones.map((phone): Cells => ['', phone]),
  ];
}

/**
 * All rows of a batch. A removal names one key a row: whether Meta wants every key of a removal row
 * to match is not documented, and one key always matches.
 */
export function rowsOf(batch: Pick<Batch, 'operation' | 'members'>): WireRow[] {
  return batch.members.flatMap((person, member) =>
    (batch.operation === 'add' ? addRows(person) : singles(person.email, person.phone)).map(
      (cells): WireRow => ({ member, cells }),
    ),
  );
}

/**
 * The session id of a batch: the same for every resend, unique per ad account to all intents, and
 * below 2^53, above which the SDK would round it. Meta wants a positive 64-bit integer.
 */
export function sessionId(batch: Pick<Batch, 'id' | 'audience'>): number {
  const digest = createHash('sha256').update(`${batch.audience.remoteId}/${batch.id}`).digest();
  return Number(digest.readBigUInt64BE() >> 11n) || 1;
}
