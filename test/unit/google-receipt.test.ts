import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { receiptOf } from '../../connectors/google/receipt.ts';

const counts = (errorCounts: { reason: string; recordCount: number }[]) => ({
  errorInfo: { errorCounts },
});
const pending = { requestId: 'r1', rows: 10, operation: 'add' } as const;
const NO_CONSENT = 'PROCESSING_ERROR_REASON_NO_CONSENT';
const INVALID_FORMAT = 'PROCESSING_ERROR_REASON_INVALID_FORMAT';

describe('the receipt behind a Google status', () => {
  it('accepts every row on SUCCESS', () => {
    expect(receiptOf(pending, { requestStatus: 'SUCCESS' })).toEqual({
      state: 'final',
      requestId: 'r1',
      accepted: 10,
      rejected: [],
      unknown: 0,
    });
  });

  it.each([
    [
      'add',
      { audienceMembersIngestionStatus: { compositeDataIngestionStatus: { recordCount: 9 } } },
    ],
    [
      'remove',
      { audienceMembersRemovalStatus: { compositeDataRemovalStatus: { recordCount: 9 } } },
    ],
  ] as const)(
    'accepts nothing when Google counted other rows than were sent to %s',
    (operation, extra) => {
      const receipt = receiptOf({ ...pending, operation }, { requestStatus: 'SUCCESS', ...extra });
      expect(receipt).toMatchObject({ accepted: 0, unknown: 10 });
    },
  );

  it.each(['PROCESSING', 'REQUEST_STATUS_UNKNOWN', 'A_STATUS_OF_NEXT_YEAR'])(
    'stays pending on %s',
    (requestStatus) => {
      expect(receiptOf(pending, { requestStatus })).toEqual({
        state: 'pending',
        requestId: 'r1',
        rows: 10,
      });
    },
  );

  it('rejects by reason on FAILED when the reasons account for every row', () => {
    const status = counts([
      { reason: INVALID_FORMAT, recordCount: 3 },
      { reason: NO_CONSENT, recordCount: 7 },
    ]);
    expect(receiptOf(pending, { requestStatus: 'FAILED', ...status })).toMatchObject({
      accepted: 0,
      rejected: [
        { code: NO_CONSENT, count: 7 },
        { code: INVALID_FORMAT, count: 3 },
      ],
      unknown: 0,
    });
  });

  it.each([
    ['are missing', []],
    ['are too few', [{ reason: NO_CONSENT, recordCount: 4 }]],
    [
      'overlap',
      [
        { reason: NO_CONSENT, recordCount: 10 },
        { reason: INVALID_FORMAT, recordCount: 2 },
      ],
    ],
  ])('calls every row unknown on FAILED when the reasons %s', (_, errorCounts) => {
    const status = { requestStatus: 'FAILED', ...counts(errorCounts) };
    expect(receiptOf(pending, status)).toMatchObject({ accepted: 0, rejected: [], unknown: 10 });
  });

  it('never accepts a row on PARTIAL_SUCCESS and rejects only what one reason proves', () => {
    const status = counts([
      { reason: INVALID_FORMAT, recordCount: 2 },
      { reason: NO_CONSENT, recordCount: 3 },
    ]);
    expect(receiptOf(pending, { requestStatus: 'PARTIAL_SUCCESS', ...status })).toMatchObject({
      accepted: 0,
      rejected: [{ code: NO_CONSENT, count: 3 }],
      unknown: 7,
    });
  });

  it('adds up to the rows sent, with nothing negative, whatever Google counts', () => {
    const reason = fc.constantFrom(NO_CONSENT, INVALID_FORMAT, '', 'not a code: x@example.com');
    const status = fc.record({
      requestStatus: fc.constantFrom('SUCCESS', 'FAILED', 'PARTIAL_SUCCESS'),
      errorInfo: fc.record({
        errorCounts: fc.array(fc.record({ reason, recordCount: fc.nat(30) }), { maxLength: 4 }),
      }),
    });
    fc.assert(
      fc.property(status, fc.integer({ min: 1, max: 20 }), (given, rows) => {
        const receipt = receiptOf({ ...pending, rows }, given);
        if (receipt.state !== 'final') throw new Error('A final status gave no final receipt.');
        const rejected = receipt.rejected.reduce((sum, { count }) => sum + count, 0);
        expect(receipt.accepted + rejected + receipt.unknown).toBe(rows);
        expect(Math.min(receipt.accepted, rejected, receipt.unknown)).toBeGreaterThanOrEqual(0);
        expect(JSON.stringify(receipt)).not.toContain('@');
      }),
    );
  });
});
