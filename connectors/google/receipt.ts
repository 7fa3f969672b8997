/** What Google's status of an upload says about its rows. */
import type { PendingBatch, Receipt, Rejection } from '../connector.ts';
import type { DestinationStatus } from './api.ts';

/** Google's own word for a failure without a reason. */
const UNSPECIFIED = 'PROCESSING_ERROR_REASON_UNSPECIFIED';

/**
 * The receipt behind a status. Google gives totals by reason and never names a record, one record
 * may count under several reasons, and the counts may be missing, so:
 *
 * - SUCCESS is accepted rows, provided Google counted as many records as were sent;
 * - FAILED is rejected rows: by reason as far as the counts go, the others as FAILED;
 * - PARTIAL_SUCCESS accepts nothing. The rows of the most frequent reason are refused for certain,
 *   all others are unknown: sums over reasons could count a record twice. The other reasons, and
 *   Google's warnings, stand beside the unknown rows.
 *
 * Anything else, also a status that Google may add later, is still pending. A sweep has no rows
 * and no counts: it went through where the receipt is final without `reasons`.
 */
export function receiptOf(pending: PendingBatch, status: DestinationStatus): Receipt {
  const { requestId, rows } = pending;
  const errors = merged(status.errorInfo?.errorCounts ?? []);
  const warnings = merged(status.warningInfo?.warningCounts ?? []);
  switch (status.requestStatus) {
    case 'SUCCESS':
      return countedAll(pending, status)
        ? final(pending, { accepted: rows })
        : final(pending, { reasons: [{ code: 'RECORD_COUNT_DIFFERS', count: rows }, ...warnings] });
    case 'FAILED':
      return rows === 0
        ? final(pending, { reasons: orElse(errors, 'FAILED') })
        : final(pending, failed(errors, rows));
    case 'PARTIAL_SUCCESS': {
      if (rows === 0) return final(pending, { reasons: orElse(errors, 'PARTIAL_SUCCESS') });
      const [most, ...others] = errors;
      const proven = most !== undefined && most.count < rows;
      const reasons = [...(proven ? others : errors), ...warnings];
      return final(pending, { rejected: proven ? [most] : [], reasons });
    }
    default:
      return { state: 'pending', requestId, rows };
  }
}

/** The receipt of an upload that Google no longer knows: nobody can tell any more. */
export function forgotten(pending: PendingBatch): Receipt {
  return final(pending, { reasons: [{ code: 'INVALID_REQUEST_ID', count: pending.rows }] });
}

function final(
  { requestId, rows }: PendingBatch,
  {
    accepted = 0,
    rejected = [],
    reasons = [],
  }: {
    readonly accepted?: number;
    readonly rejected?: readonly Rejection[];
    readonly reasons?: readonly Rejection[];
  },
): Receipt {
  const refused = rejected.reduce((sum, { count }) => sum + count, 0);
  const unknown = rows - accepted - refused;
  const receipt = { state: 'final', requestId, accepted, rejected, unknown } as const;
  return reasons.length === 0 ? receipt : { ...receipt, reasons };
}

/** All rows as rejected; reasons beyond the rows, of rows that have several, stand beside. */
function failed(
  errors: readonly Rejection[],
  rows: number,
): { rejected: Rejection[]; reasons: Rejection[] } {
  const counted = errors.reduce((sum, { count }) => sum + count, 0);
  const rejected: Rejection[] = [];
  const reasons: Rejection[] = [];
  let left = Math.min(counted, rows);
  for (const { code, count } of errors) {
    if (left > 0) rejected.push({ code, count: Math.min(count, left) });
    if (count > left) reasons.push({ code, count: count - left });
    left = Math.max(0, left - count);
  }
  if (counted < rows) rejected.push({ code: 'FAILED', count: rows - counted });
  return { rejected, reasons };
}

function orElse(errors: readonly Rejection[], code: string): readonly Rejection[] {
  return errors.length === 0 ? [{ code, count: 0 }] : errors;
}

/** Rows by reason, each reason once, most frequent first. */
function merged(counts: readonly { reason: string; recordCount: number }[]): Rejection[] {
  const byCode = new Map<string, number>();
  for (const { reason, recordCount } of counts) {
    const code = /^[A-Z]{1,60}(?:_[A-Z0-9]{1,60})*$/.test(reason) ? reason : UNSPECIFIED;
    if (recordCount > 0) byCode.set(code, (byCode.get(code) ?? 0) + recordCount);
  }
  return Array.from(byCode, ([code, count]) => ({ code, count })).sort(
    (one, other) => other.count - one.count || (one.code < other.code ? -1 : 1),
  );
}

function countedAll({ rows, operation }: PendingBatch, status: DestinationStatus): boolean {
  if (status.removeAllAudienceMembersStatus !== undefined) return true;
  const counted =
    operation === 'add'
      ? status.audienceMembersIngestionStatus?.compositeDataIngestionStatus?.recordCount
      : status.audienceMembersRemovalStatus?.compositeDataRemovalStatus?.recordCount;
  return counted === undefined || counted === rows;
}
