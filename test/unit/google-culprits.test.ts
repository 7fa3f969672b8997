import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { culpritsOf } from '../../connectors/google/culprits.ts';

const BAD = 'INVALID_SHA256_FORMAT';
const one = (field: string, reason: string | undefined = BAD) =>
  culpritsOf([{ field, reason }], 20);

describe('the rows that Google names', () => {
  it.each([
    'audience_members.audience_members[12].composite_data.user_data.user_identifiers[0].email_address',
    'audience_members[12].user_data',
    'audience_members[12]',
    'audienceMembers[12].compositeData',
    'audienceMembers.audienceMembers[12].compositeData.userData.userIdentifiers[3]',
    'request.audience_members[12].composite_data',
  ])('are found in the path %s', (field) => {
    expect(one(field)).toEqual([{ position: 12, code: BAD }]);
  });

  it.each([
    'audience_members',
    'audience_members[]',
    'audience_members[x]',
    'audience_members[-1]',
    'audience_members[12',
    'audience_members[12]x',
    'some_audience_members[12].a',
    'events.events[12].user_data',
    'destinations.destinations[0].product_destination_id',
    'audience_members[12].destination_references[0]',
    'audienceMembers[12].destinationReferences[0]',
    'audience_members.audience_members[12].consent.ad_user_data',
    'audience_members[12].consent',
    'audienceMembers[12].consent.adPersonalization',
    'audience_members[12].composite_data.encoding',
    'audience_members[12].terms_of_service.customer_match_terms_of_service_status',
    'audienceMembers[12].termsOfService',
    'encoding',
    '',
  ])('are not guessed from the path %j', (field) => {
    expect(one(field)).toEqual([]);
  });

  it.each([
    'TERMS_AND_CONDITIONS_NOT_SIGNED',
    'DESTINATION_ACCOUNT_ENHANCED_CONVERSIONS_TERMS_NOT_SIGNED',
    'NOT_ALLOWLISTED',
    'INVALID_USER_LIST_ID',
    'INVALID_USER_LIST_TYPE',
    'MULTIPLE_DATA_TYPES_NOT_ALLOWED',
    'TOO_MANY_AUDIENCE_MEMBERS',
    'INVALID_DESTINATION',
    'PERMISSION_DENIED',
    'A_REASON_OF_NEXT_YEAR',
    undefined,
  ])('are nobody where the reason is %s, which is not about a record', (reason) => {
    expect(culpritsOf([{ field: 'audience_members[1]', reason }], 20)).toEqual([]);
  });

  it('are each named once, under the first reason, in the order of the request', () => {
    const violations = [
      { field: 'audience_members[7].a', reason: 'INVALID_POSTAL_CODE' },
      { field: 'audience_members[2].a', reason: BAD },
      { field: 'audience_members[7].b', reason: BAD },
      { field: 'encoding', reason: 'REQUIRED_FIELD_MISSING' },
    ];
    expect(culpritsOf(violations, 20)).toEqual([
      { position: 2, code: BAD },
      { position: 7, code: 'INVALID_POSTAL_CODE' },
    ]);
  });

  it('are nobody where one stands beyond the request: then paths mean something else', () => {
    const violations = [1, 20].map((n) => ({ field: `audience_members[${n}]`, reason: BAD }));
    expect(culpritsOf(violations, 20)).toEqual([]);
    expect(culpritsOf(violations, 21)).toHaveLength(2);
  });

  const rowsAt = (positions: readonly number[], reason = BAD) =>
    positions.map((n) => ({ field: `audience_members.audience_members[${n}].user_data`, reason }));
  const every = (step: number, count: number, from = 0) =>
    Array.from({ length: count }, (_, n) => from + n * step);

  it('are nobody where one reason names more than half of ten rows or more', () => {
    const half = rowsAt(every(2, 5));
    expect(culpritsOf(half, 10)).toHaveLength(5);
    expect(culpritsOf([...half, ...rowsAt([1])], 10)).toEqual([]);
    expect(culpritsOf(rowsAt(every(1, 20)), 20)).toEqual([]);
    const second = every(2, 9, 1).map((n) => ({ field: `audience_members[${n}]`, reason: BAD }));
    expect(culpritsOf([...rowsAt(every(2, 9), 'INVALID_POSTAL_CODE'), ...second], 18)).toHaveLength(
      18,
    );
  });

  it('may be all of a few rows', () => {
    expect(culpritsOf(rowsAt(every(1, 9)), 9)).toHaveLength(9);
  });

  it('count once for a reason, however many of their fields it names', () => {
    const twice = [...rowsAt(every(2, 5)), ...rowsAt(every(2, 5))];
    expect(culpritsOf(twice, 10)).toHaveLength(5);
  });

  it('are nobody where a reason is seen behind another one on more than half', () => {
    const first = rowsAt([1], 'INVALID_POSTAL_CODE');
    expect(culpritsOf([...first, ...rowsAt(every(1, 11))], 20)).toEqual([]);
  });

  it('are nobody where one reason names row after row from the first on, as a list cut short', () => {
    expect(culpritsOf(rowsAt(every(1, 10)), 10_000)).toEqual([]);
    expect(culpritsOf(rowsAt(every(1, 9)), 10_000)).toHaveLength(9);
    expect(culpritsOf(rowsAt(every(1, 10, 1)), 10_000)).toHaveLength(10);
    expect(culpritsOf(rowsAt([...every(1, 9), 10, 11]), 10_000)).toHaveLength(11);
  });

  it('are within the request and distinct, whatever Google writes', () => {
    const field = fc.oneof(
      fc.string(),
      fc.nat(40).map((n) => `audience_members.audience_members[${n}].x`),
      fc.string().map((text) => `audience_members[${text}]`),
    );
    const violation = fc.record({ field, reason: fc.constantFrom(BAD, 'NOT_FOUND', '') });
    fc.assert(
      fc.property(fc.array(violation), fc.integer({ min: 1, max: 40 }), (violations, rows) => {
        const positions = culpritsOf(violations, rows).map(({ position }) => position);
        expect(new Set(positions).size).toBe(positions.length);
        expect(positions.every((position) => position >= 0 && position < rows)).toBe(true);
      }),
    );
  });
});
