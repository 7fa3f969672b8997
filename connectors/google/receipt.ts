/** What Google's status of an upload says about its rows. */
import type { PendingBatch, Receipt } from '../connector.ts';
import type { DestinationStatus } from './api.ts';

/**
 * The receipt behind a status. Google gives totals by reason and never names a record, one record
 * may count under several reasons, and the counts may be missing, so:
 *
 * - SUCCESS is accepted rows, provided Google counted as many records as were sent;
 * - FAILED is rejected rows by reason where the counts add up to all rows, else unknown;
 * - PARTIAL_SUCCESS accepts nothing. The rows of the most frequent reason are refused for certain,
 *   all others are unknown: sums over reasons could count a record twice.
 *
 * Anything else, also a status that Google may add later, is still pending.
 */
export function receiptOf(pending: PendingBatch, status: DestinationStatus): Receipt {
  const { requestId, rows } = pending;
  const final = (
    accepted: number,
    rejected: readonly { code: string; count: number }[],
  ): Receipt => {
    const refused = rejected.reduce((sum, { count }) => sum + count, 0);
    const unknown = rows - accepted - refused;
    return { state: 'final', requestId, accepted, rejected, unknown };
  };
  const reasons = reasonsOf(status);
  switch (status.requestStatus) {
    case 'SUCCESS':
      return final(countedAll(pending, status) ? rows : 0, []);
    case 'FAILED': {
      const sum = reasons.reduce((total, { count }) => total + count, 0);
      return final(0, sum === rows ? reasons : []);
    }
    case 'PARTIAL_SUCCESS': {
      const [most] = reasons;
      return final(0, most !== undefined && most.count < rows ? [most] : []);
    }
    default:
      return { state: 'pending', requestId, rows };
  }
}

/** The refused rows by reason, most frequent first. */
function reasonsOf(status: DestinationStatus): { code: string; count: number }[] {
  return (status.errorInfo?.errorCounts ?? [])
    .filter(({ recordCount }) => recordCount > 0)
    .map(({ reason, recordCount }) => ({
      code: /^[A-Z]{1,60}(?:_[A-Z0-9]{1,60})*$/.test(reason)
        ? reason
        : 'PROCESSING_ERROR_REASON_UNSPECIFIED',
      count: recordCount,
    }))
    .sort((one, other) => other.count - one.count || (one.code < other.code ? -1 : 1));
}

function countedAll({ rows, operation }: PendingBatch, status: DestinationStatus): boolean {
  const counted =
    operation === 'add'
      ? status.audienceMembersIngestionStatus?.compositeDataIngestionStatus?.recordCount
      : status.audienceMembersRemovalStatus?.compositeDataRemovalStatus?.recordCount;
  return counted === undefined || counted === rows;
}
