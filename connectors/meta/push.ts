/** Sends a batch and reads Meta's totals into a receipt that claims no more than they say. */
import type { Batch, ConnectorContext, Receipt, Rejection } from '../connector.ts';
import { sendRows } from './api.ts';
import type { UploadAnswer } from './api.ts';
import { requireWithinLimits } from './limits.ts';
import { rowsOf, sessionId } from './rows.ts';
import type { WireRow } from './rows.ts';
import { tableOf } from './table.ts';

/**
 * Sends one batch as one request, so that Meta takes it or refuses it as a whole. A batch without
 * a single key sends nothing.
 *
 * @throws RangeError before anything is sent, for a batch over the limits.
 * @throws ConnectorFailure for what Meta refused; the batch may then be sent again.
 */
export async function push(context: ConnectorContext, batch: Batch): Promise<Receipt> {
  requireWithinLimits(batch);
  const people = batch.members.length;
  const rows = rowsOf(batch);
  if (rows.length === 0) {
    const rejected = rejections({ invalid: 0, keyless: people });
    return { state: 'final', requestId: null, accepted: 0, rejected, unknown: 0 };
  }
  const answer = await sendRows(context, {
    audienceId: batch.audience.remoteId,
    operation: batch.operation,
    sessionId: sessionId(batch),
    table: tableOf(rows),
  });
  return receiptOf(people, rows, answer);
}

/**
 * The receipt for the people of a batch, from its rows and Meta's answer to them. Meta gives totals
 * and at most 100 samples of invalid entries: a person named by a sample is rejected; where the
 * samples do not explain the total, or fewer rows arrived than were sent, nobody else is known to
 * be accepted. Totals grow with each resend, so more than was sent is no contradiction.
 */
export function receiptOf(people: number, rows: readonly WireRow[], answer: UploadAnswer): Receipt {
  const named = answer.num_invalid_entries > 0 ? namedRows(rows, answer) : [];
  const explained =
    named.length >= answer.num_invalid_entries && answer.num_received >= rows.length;
  const sent = peopleOf(rows);
  const invalid = peopleOf(named);
  return {
    state: 'final',
    requestId: answer.session_id,
    accepted: explained ? sent - invalid : 0,
    rejected: rejections({ invalid, keyless: people - sent }),
    unknown: explained ? 0 : sent - invalid,
  };
}

/** How many people the rows belong to. */
function peopleOf(rows: readonly WireRow[]): number {
  return new Set(rows.map(({ member }) => member)).size;
}

function rejections(people: { readonly invalid: number; readonly keyless: number }): Rejection[] {
  return [
    { code: 'INVALID_ENTRY', count: people.invalid },
    { code: 'NO_IDENTIFIER', count: people.keyless },
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
