/** Reads Meta's totals into receipts that claim no more than they say. */
import type { Receipt, Rejection } from '../connector.ts';
import type { UploadAnswer, UploadSession } from './api-upload.ts';
import type { WireRow } from './rows.ts';

const INVALID = 'INVALID_ENTRY';

/** The receipt for people of whom nobody has a key, so that nothing was sent. */
export function keylessReceipt(people: number): Receipt {
  const rejected = rejections({ invalid: 0, keyless: people });
  return { state: 'final', requestId: null, accepted: 0, rejected, unknown: 0 };
}

/**
 * The receipt for the people of a batch, from its rows and Meta's answer to them. Meta gives totals
 * and at most 100 samples of invalid entries: a person named by a sample is rejected; where the
 * samples do not explain the total, or fewer rows arrived than were sent, nobody else is known to
 * be accepted. Totals grow with each resend, so more than was sent is no contradiction.
 */
export function receiptOf(people: number, rows: readonly WireRow[], answer: UploadAnswer): Receipt {
  const named = answer.num_invalid_entries > 0 ? namedRows(rows, answer) : [];
  const unnamed = answer.num_invalid_entries - named.length;
  const missing = rows.length - answer.num_received;
  const explained = unnamed <= 0 && missing <= 0;
  const sent = peopleOf(rows).length;
  const invalid = peopleOf(named);
  const reasons = explained ? [] : reasonsOf({ unnamed, missing });
  return {
    state: 'final',
    requestId: answer.session_id,
    accepted: explained ? sent - invalid.length : 0,
    rejected: rejections({ invalid: invalid.length, keyless: people - sent }),
    unknown: explained ? 0 : sent - invalid.length,
    ...(invalid.length === 0
      ? {}
      : { refused: invalid.map((position) => ({ position, code: INVALID })) }),
    ...(reasons.length === 0 ? {} : { reasons }),
  };
}

/**
 * The receipt for a batch from what Meta keeps of its session, which names nobody; null where the
 * session does not tell that all rows arrived, or whether they were good. That it is still at stage
 * `uploading` with progress 0 says nothing: the one real answer seen in public stood so long after
 * its last batch. Fewer rows than were sent are then no answer yet, and all of them are one.
 */
export function sessionReceipt(
  people: number,
  rows: readonly WireRow[],
  session: UploadSession,
): Receipt | null {
  if (session.num_received < rows.length || session.num_invalid_entries < 0) return null;
  return receiptOf(people, rows, { ...session, invalid_entry_samples: undefined });
}

/** The people, by position, whom the rows belong to: rows of one person stand together. */
function peopleOf(rows: readonly WireRow[]): number[] {
  const people: number[] = [];
  for (const { member } of rows) if (people.at(-1) !== member) people.push(member);
  return people;
}

function rejections(people: { readonly invalid: number; readonly keyless: number }): Rejection[] {
  return [
    { code: INVALID, count: people.invalid },
    { code: 'NO_IDENTIFIER', count: people.keyless },
  ].filter(({ count }) => count > 0);
}

/** Why people are unknown, in rows: Meta counts rows, not people. */
function reasonsOf(rows: { readonly unnamed: number; readonly missing: number }): Rejection[] {
  return [
    { code: INVALID, count: rows.unnamed },
    { code: 'NOT_RECEIVED', count: rows.missing },
  ].filter(({ count }) => count > 0);
}

/**
 * The rows whose keys a sample repeats. A digest says whose it is wherever it stands; a plain key
 * may be as short as "1", so it has to be the sample itself. Names and places are shared by many
 * and name nobody.
 */
function namedRows(rows: readonly WireRow[], answer: UploadAnswer): WireRow[] {
  const samples = answer.invalid_entry_samples ?? [];
  const text = JSON.stringify(samples);
  const values = new Set(typeof samples === 'object' ? Object.values(samples) : []);
  const hasDigest = (key: string | undefined) => key !== undefined && text.includes(key);
  const isSample = (key: string | undefined) => key !== undefined && values.has(key);
  return rows.filter(
    ({ keys }) =>
      hasDigest(keys.EMAIL) ||
      hasDigest(keys.PHONE) ||
      isSample(keys.MADID) ||
      isSample(keys.EXTERN_ID),
  );
}
