import type { Batch, ConnectorContext, Receipt } from '../connector.ts';
import { changeUsers } from './api.ts';
import type { Taken } from './api.ts';
import { miscounted } from './failures.ts';
import { packUsers } from './pack.ts';

/**
 * Sends one batch as one request. X takes all of its people or none, so the receipt is all
 * accepted, or a ConnectorFailure says why none was. An empty batch sends nothing.
 *
 * @throws RangeError for a batch over the limits, before anything is sent.
 */
export async function push(context: ConnectorContext, batch: Batch): Promise<Receipt> {
  const rows = batch.members.length;
  if (rows === 0) return allAccepted(0);
  const body = packUsers(batch, context.now());
  return receiptOf(await changeUsers(context, batch.audience.remoteId, body), rows);
}

/**
 * The receipt for so many people sent. X's docs call counts that differ from what was sent an error
 * that a retry is due for.
 *
 * @throws ConnectorFailure `transient` for such counts.
 */
export function receiptOf(taken: Taken, rows: number): Receipt {
  if (taken.successCount !== rows || taken.totalCount !== rows) throw miscounted(taken, rows);
  return allAccepted(rows);
}

export function allAccepted(rows: number): Receipt {
  return { state: 'final', requestId: null, accepted: rows, rejected: [], unknown: 0 };
}
