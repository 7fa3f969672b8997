/** Sends a batch and reads Meta's totals into a receipt that claims no more than they say. */
import type { Batch, ConnectorContext, Limits, Receipt, Rejection } from '../connector.ts';
import { sendRows } from './api.ts';
import type { UploadAnswer } from './api.ts';
import { rowsOf, sessionId } from './rows.ts';
import type { WireRow } from './rows.ts';

/**
 * Sends one batch as one request, so that Meta takes it or refuses it as a whole. A batch without
 * a single key sends nothing.
 *
 * @throws RangeError before anything is sent, for a batch over the limits.
 * @throws ConnectorFailure for what Meta refused; the batch may then be sent again.
 */
export async function push(
  context: ConnectorContext,
  batch: Batch,
  limits: Pick<Limits, 'rows' | 'keysPerKind'>,
): Promise<Receipt> {
  const people = batch.members.length;
  if (people > limits.rows) {
    throw new RangeError(`A batch for Meta holds at most ${limits.rows} people.`);
  }
  const keys = batch.members.flatMap(({ email, phone }) => [email.length, phone.length]);
  if (keys.some((count) => count > limits.keysPerKind)) {
    throw new RangeError(`A person sent to Meta has at most ${limits.keysPerKind} keys of a kind.`);
  }
  const rows = rowsOf(batch);
  if (rows.length === 0) {
    const rejected = rejections({ invalid: 0, keyless: people });
    return { state: 'final', requestId: null, accepted: 0, rejected, unknown: 0 };
  }
  const answer = await sendRows(context, {
    audienceId: batch.audience.remoteId,
    operation: batch.operation,
    sessionId: sessionId(batch),
    rows: rows.map(({ cells }) => cells),
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

/** The rows that hold a digest which a sample repeats, be it as a key or as a value. */
function namedRows(rows: readonly WireRow[], answer: UploadAnswer): WireRow[] {
  const samples = JSON.stringify(answer.invalid_entry_samples ?? []);
  return rows.filter(({ cells }) => cells.some((cell) => cell !== '' && samples.includes(cell)));
}
