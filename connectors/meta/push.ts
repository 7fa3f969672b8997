/** Sends a batch and reads Meta's totals into a receipt that claims no more than they say. */
import type { Batch, ConnectorContext, Limits, Receipt, Rejection } from '../connector.ts';
import { sendRows } from './api.ts';
import type { UploadAnswer } from './api.ts';
import { requestsOf, sessionId } from './rows.ts';
import type { WireRow } from './rows.ts';

/**
 * Sends one batch, each request as a session of its own, so that any order and any resend is safe.
 *
 * @throws RangeError before anything is sent, for a batch over the limits.
 * @throws ConnectorFailure for what Meta refused; the whole batch may then be sent again.
 */
export async function push(
  context: ConnectorContext,
  batch: Batch,
  limits: Pick<Limits, 'rows' | 'keysPerKind'>,
): Promise<Receipt> {
  if (batch.members.length > limits.rows) {
    throw new RangeError(`A batch for Meta holds at most ${limits.rows} people.`);
  }
  const keys = batch.members.flatMap(({ email, phone }) => [email.length, phone.length]);
  if (keys.some((count) => count > limits.keysPerKind)) {
    throw new RangeError(`A person sent to Meta has at most ${limits.keysPerKind} keys of a kind.`);
  }
  const sent: SentRequest[] = [];
  for (const [request, rows] of requestsOf(batch).entries()) {
    const answer = await sendRows(context, {
      audienceId: batch.audience.remoteId,
      operation: batch.operation,
      sessionId: sessionId(batch, request),
      rows: rows.map(({ cells }) => cells),
    });
    sent.push({ rows, answer });
  }
  return receiptOf(batch.members.length, sent);
}

export interface SentRequest {
  readonly rows: readonly WireRow[];
  readonly answer: UploadAnswer;
}

/**
 * The receipt for the people of a batch. Meta gives totals and at most 100 samples of invalid
 * entries: a person named by a sample is rejected; where the samples do not explain the total, or
 * fewer rows arrived than were sent, nobody else in that request is known to be accepted. Totals
 * grow with each resend of a session, so more than was sent is no contradiction.
 */
export function receiptOf(people: number, sent: readonly SentRequest[]): Receipt {
  const reached = new Set<number>();
  const refused = new Set<number>();
  const doubtful = new Set<number>();
  for (const { rows, answer } of sent) {
    const named = answer.num_invalid_entries > 0 ? namedRows(rows, answer) : [];
    const explained =
      named.length >= answer.num_invalid_entries && answer.num_received >= rows.length;
    for (const { member } of rows) (explained ? reached : doubtful).add(member);
    for (const { member } of named) refused.add(member);
  }
  const unknown = [...doubtful].filter((person) => !refused.has(person)).length;
  const accepted = [...reached].filter(
    (person) => !refused.has(person) && !doubtful.has(person),
  ).length;
  const rejected: Rejection[] = [
    { code: 'INVALID_ENTRY', count: refused.size },
    { code: 'NO_IDENTIFIER', count: people - accepted - unknown - refused.size },
  ];
  return {
    state: 'final',
    requestId: sent.map(({ answer }) => answer.session_id).join(',') || null,
    accepted,
    rejected: rejected.filter(({ count }) => count > 0),
    unknown,
  };
}

/** The rows that hold a digest which a sample repeats, be it as a key or as a value. */
function namedRows(rows: readonly WireRow[], answer: UploadAnswer): WireRow[] {
  const samples = JSON.stringify(answer.invalid_entry_samples ?? []);
  return rows.filter(({ cells }) => cells.some((cell) => cell !== '' && samples.includes(cell)));
}
