import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forgotten, receiptOf } from '../../connectors/google/receipt.ts';

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
    ['are missing', [], [{ code: 'FAILED', count: 10 }], undefined],
    [
      'are too few',
      [{ reason: NO_CONSENT, recordCount: 4 }],
      [
        { code: NO_CONSENT, count: 4 },
        { code: 'FAILED', count: 6 },
      ],
      undefined,
    ],
    [
      'overlap',
      [
        { reason: INVALID_FORMAT, recordCount: 2 },
        { reason: NO_CONSENT, recordCount: 9 },
      ],
      [
        { code: NO_CONSENT, count: 9 },
        { code: INVALID_FORMAT, count: 1 },
      ],
      [{ code: INVALID_FORMAT, count: 1 }],
    ],
    [
      'come in two entries',
      [
        { reason: NO_CONSENT, recordCount: 4 },
        { reason: NO_CONSENT, recordCount: 6 },
      ],
      [{ code: NO_CONSENT, count: 10 }],
      undefined,
    ],
  ])('rejects every row on FAILED when the reasons %s', (_, errorCounts, rejected, reasons) => {
    const status = { requestStatus: 'FAILED', ...counts(errorCounts) };
    const receipt = receiptOf(pending, status);
    expect(receipt).toMatchObject({ state: 'final', accepted: 0, rejected, unknown: 0 });
    expect('reasons' in receipt ? receipt.reasons : undefined).toEqual(reasons);
  });

  it('keeps every reason and warning of rows that it calls unknown', () => {
    const status = {
      requestStatus: 'PARTIAL_SUCCESS',
      ...counts([
        { reason: INVALID_FORMAT, recordCount: 2 },
        { reason: NO_CONSENT, recordCount: 3 },
      ]),
      warningInfo: {
        warningCounts: [{ reason: 'PROCESSING_WARNING_REASON_INTERNAL_ERROR', recordCount: 1 }],
      },
    };
    expect(receiptOf(pending, status)).toMatchObject({
      rejected: [{ code: NO_CONSENT, count: 3 }],
      unknown: 7,
      reasons: [
        { code: INVALID_FORMAT, count: 2 },
        { code: 'PROCESSING_WARNING_REASON_INTERNAL_ERROR', count: 1 },
      ],
    });
  });

  it.each([
    [{ requestStatus: 'SUCCESS' }, 10],
    [{ requestStatus: 'FAILED', ...counts([{ reason: NO_CONSENT, recordCount: 10 }]) }, 10],
    [{ requestStatus: 'SUCCESS', removeAllAudienceMembersStatus: {} }, 0],
  ])('has no place for warnings where no row is unknown: %j', (status, rows) => {
    const warningCounts = [{ reason: 'PROCESSING_WARNING_REASON_INTERNAL_ERROR', recordCount: 1 }];
    const receipt = receiptOf({ ...pending, rows }, { ...status, warningInfo: { warningCounts } });
    expect(receipt).toMatchObject({ state: 'final', unknown: 0 });
    expect(receipt).not.toHaveProperty('reasons');
  });

  it('says why nobody is accepted when Google counted other rows on SUCCESS', () => {
    const counted = { compositeDataIngestionStatus: { recordCount: 9 } };
    const status = { requestStatus: 'SUCCESS', audienceMembersIngestionStatus: counted };
    expect(receiptOf(pending, status)).toMatchObject({
      unknown: 10,
      reasons: [{ code: 'RECORD_COUNT_DIFFERS', count: 10 }],
    });
  });

  it('of a sweep is final without reasons when it went through, and with one when not', () => {
    const sweep = { requestId: 'r1', rows: 0, operation: 'remove' } as const;
    const swept = { removeAllAudienceMembersStatus: {} };
    const nobody = { state: 'final', requestId: 'r1', accepted: 0, rejected: [], unknown: 0 };
    expect(receiptOf(sweep, { requestStatus: 'SUCCESS', ...swept })).toEqual(nobody);
    expect(receiptOf(sweep, { requestStatus: 'PROCESSING', ...swept })).toMatchObject({
      state: 'pending',
      rows: 0,
    });
    for (const requestStatus of ['FAILED', 'PARTIAL_SUCCESS']) {
      expect(receiptOf(sweep, { requestStatus, ...swept })).toEqual({
        ...nobody,
        reasons: [{ code: requestStatus, count: 0 }],
      });
    }
    expect(forgotten(sweep)).toMatchObject({ reasons: [{ code: 'INVALID_REQUEST_ID', count: 0 }] });
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
