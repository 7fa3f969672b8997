import { ConnectorFailure } from '../connector.ts';
import type { Batch, ConnectorContext, Receipt } from '../connector.ts';
import { changeUsers } from './api.ts';
import { packUsers } from './pack.ts';

/**
 * Sends one batch as one request. X takes all of its people or none, so the receipt is all
 * accepted, or a ConnectorFailure says why none was. An empty batch sends nothing.
 *
 * @throws RangeError for a batch over the limits, before anything is sent.
 */
export async function push(context: ConnectorContext, batch: Batch): Promise<Receipt> {
  const rows = batch.members.length;
  if (rows === 0) return { state: 'final', requestId: null, accepted: 0, rejected: [], unknown: 0 };

  const body = packUsers(batch, context.now());
  const { successCount, totalCount } = await changeUsers(context, batch.audience.remoteId, body);
  // X's docs call a count that differs from what was sent an error that a retry is due for.
  if (successCount !== totalCount || totalCount !== rows) {
    throw new ConnectorFailure(
      'transient',
      `X counted ${successCount} of ${totalCount} people as taken, of ${rows} sent.`,
      {
        code: 'COUNT_MISMATCH',
        nextStep: 'Nothing to do: Rekindle sends the batch again. If it goes on, ask X support.',
      },
    );
  }
  return { state: 'final', requestId: null, accepted: rows, rejected: [], unknown: 0 };
}
