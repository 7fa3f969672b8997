/** Sends a batch, and finds out what became of one whose answer was lost. */
import { ConnectorFailure } from '../connector.ts';
import type { Batch, ConnectorContext, Receipt } from '../connector.ts';
import { readSession, sendRows } from './api-upload.ts';
import { requireWithinLimits } from './limits.ts';
import { keylessReceipt, receiptOf, sessionReceipt } from './receipt.ts';
import { rowsOf, sessionId } from './rows.ts';
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
  const rows = rowsOf(batch);
  if (rows.length === 0) return keylessReceipt(batch.members.length);
  const answer = await sendRows(context, {
    audienceId: batch.audience.remoteId,
    operation: batch.operation,
    sessionId: sessionId(batch),
    table: tableOf(rows),
  });
  return receiptOf(batch.members.length, rows, answer);
}

/**
 * What became of a batch whose answer was lost: each batch is a session of its own, under an id
 * that only it has, and Meta tells of sessions what it received. Null where Meta does not know the
 * session or cannot tell that all its rows arrived: the batch is then sent again, which is harmless.
 *
 * Source: Custom Audience Session reference, `sessions` edge. Not confirmed: how soon and for how
 * long a session is told of. `progress` and `stage` are not looked at: the one real answer seen in
 * public stood at `uploading` long after its last batch.
 */
export async function recover(context: ConnectorContext, batch: Batch): Promise<Receipt | null> {
  const rows = rowsOf(batch);
  if (rows.length === 0) return keylessReceipt(batch.members.length);
  try {
    const session = await readSession(context, batch.audience.remoteId, sessionId(batch));
    return session === null ? null : sessionReceipt(batch.members.length, rows, session);
  } catch (error) {
    // An edge that Meta does not answer us on is no reason to stop: the batch can be sent again.
    if (error instanceof ConnectorFailure && error.kind === 'invalid') return null;
    throw error;
  }
}
