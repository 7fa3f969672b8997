/** Which addresses go to Google, against what the emulator takes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressProblem } from '../../connectors/google/address.ts';
import { readIdentifier } from '../../connectors/google/sandbox/identifier.ts';
import { ALPHA_3 } from '../../src/customer/import/country-codes.ts';
import { addressOf } from '../support/google-context.ts';

const LETTERS = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
const PAIRS = LETTERS.flatMap((one) => LETTERS.map((other) => one + other));
const ASSIGNED = [...ALPHA_3.values()].sort();

/** The reasons for which the emulator refuses an address. */
function refused(given: { readonly regionCode?: string; readonly postalCode?: string }): string[] {
  const reasons: string[] = [];
  const address = { ...addressOf(1), ...given };
  readIdentifier({ address }, 'a', 'HEX', (_, reason) => reasons.push(reason));
  return reasons;
}

describe('a region', () => {
  it('is one of the 249 codes of ISO 3166-1, to the connector and to the emulator', () => {
    const sent = PAIRS.filter(
      (regionCode) => addressProblem({ ...addressOf(1), regionCode }) === undefined,
    );
    const taken = PAIRS.filter((regionCode) => refused({ regionCode }).length === 0);
    expect(sent).toEqual(ASSIGNED);
    expect(taken).toEqual(ASSIGNED);
    expect(refused({ regionCode: 'QQ' })).toEqual(['INVALID_COUNTRY_CODE']);
  });
});

describe('a postal code', () => {
  it.each([
    'A - A',
    'A-A',
    'none',
    '-',
    '1--2',
    '1  2',
    '1 -2',
    ' 1',
    '1 ',
    'HM FX',
    '1'.repeat(21),
  ])('is not %j', (postalCode) => {
    expect(addressProblem({ ...addressOf(1), postalCode })).toBe('INVALID_POSTAL_CODE');
    expect(refused({ postalCode })).toEqual(['INVALID_POSTAL_CODE']);
  });

  it('has letters alone in Bermuda', () => {
    for (const postalCode of ['HM FX', 'HMFX', 'HM 12']) {
      const there = { regionCode: 'BM', postalCode };
      expect(addressProblem({ ...addressOf(1), ...there })).toBeUndefined();
      expect(refused(there)).toEqual([]);
    }
    const slip = { regionCode: 'BM', postalCode: 'A - A' };
    expect(addressProblem({ ...addressOf(1), ...slip })).toBe('INVALID_POSTAL_CODE');
    expect(refused(slip)).toEqual(['INVALID_POSTAL_CODE']);
  });

  it('that is sent is one that the emulator takes', () => {
    const code = fc.string({ unit: fc.constantFrom('0', '9', 'A', 'z', ' ', '-'), maxLength: 24 });
    fc.assert(
      fc.property(code, fc.constantFrom('JP', 'BM'), (postalCode, regionCode) => {
        const given = { regionCode, postalCode };
        if (addressProblem({ ...addressOf(1), ...given }) === undefined) {
          expect(refused(given)).toEqual([]);
        }
      }),
    );
  });
});
