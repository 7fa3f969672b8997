import fc from 'fast-check';
import { parsePhoneNumberWithError } from 'libphonenumber-js';
import examples from 'libphonenumber-js/mobile/examples';
import { describe, expect, it } from 'vitest';
import { plainNumber } from '../../src/identity/phone-shapes.ts';
import { E164_STEPS } from '../../src/identity/phone.ts';
import { walk } from '../../src/identity/step.ts';

const COUNTRIES = Object.keys(examples).filter((country) => country in examples);
const SHAPED = ['JP', 'US', 'CA', 'GB', 'KR', 'CN', 'IN', 'FR', 'DE', 'AU', 'SG', 'HK', 'TW'];
const CODES = ['81', '1', '44', '82', '86', '91', '33', '49', '61', '65', '852', '886', '39', '7'];

/** What is wrong with the short answer, undefined where there is none or the library agrees. */
function disagreement(raw: string, country: string | null): string | undefined {
  const short = plainNumber(raw, country);
  if (short === undefined) return undefined;
  const steps = walk(E164_STEPS, raw, country);
  const options = { extract: false, ...(country === null ? {} : { defaultCountry: country }) };
  const library = parsePhoneNumberWithError(raw.normalize('NFKC').replaceAll('ー', '-'), {
    ...options,
  } as Parameters<typeof parsePhoneNumberWithError>[1] & object);
  return steps === short && library.number === short && library.isPossible()
    ? undefined
    : `${raw} in ${country}: ${short}, by the steps ${JSON.stringify(steps)}, by the library ${library.number}`;
}

const digits = fc.stringMatching(/^\d{4,12}$/u);
const separated = fc
  .tuple(digits, fc.constantFrom('', '-', ' ', 'ー', '－', '.'), fc.integer({ min: 2, max: 5 }))
  .map(([number, sign, at]) => `${number.slice(0, at)}${sign}${number.slice(at)}`);

describe('the short way with phone numbers', () => {
  it('never answers otherwise than the library, within a country', () => {
    fc.assert(
      fc.property(
        separated,
        // A number may begin with the digits of its own country's code.
        fc.constantFrom('', '0', '00', '010', '011', ...CODES),
        fc.constantFrom(...SHAPED),
        (number, prefix, country) => {
          expect(disagreement(prefix + number, country)).toBeUndefined();
        },
      ),
      { numRuns: 40_000 },
    );
  });

  it('never answers otherwise than the library, with a country code', () => {
    fc.assert(
      fc.property(
        separated,
        fc.constantFrom(...CODES),
        fc.option(fc.constantFrom(...SHAPED), { nil: null }),
        (number, code, country) => {
          expect(disagreement(`+${code}${number}`, country)).toBeUndefined();
        },
      ),
      { numRuns: 40_000 },
    );
  });

  it('never answers otherwise where a number begins as a code or a prefix does', () => {
    for (let rest = 0; rest < 100_000; rest += 37) {
      const digits = String(rest).padStart(5, '0');
      expect(disagreement(`852${digits}`, 'HK')).toBeUndefined();
      // 179 is a prefix of Chinese networks, and not of numbers alone.
      expect(disagreement(`179${digits}${digits.slice(2)}`, 'CN')).toBeUndefined();
    }
  });

  it('never answers otherwise about junk and about the prefixes of other networks', () => {
    for (const number of ['00', '010', '0120', '0570', '0800', '090', '050', '020', '1', '7']) {
      for (const rest of ['0000000', '00000000', '1234567', '12345678', '11111111', '23456789']) {
        for (const country of SHAPED) {
          expect(disagreement(number + rest, country)).toBeUndefined();
        }
      }
    }
  });

  it('agrees on the library’s example of every country, and takes the short way for its own', () => {
    const taken = new Set<string>();
    for (const country of COUNTRIES) {
      const national = String(Reflect.get(examples, country));
      const example = parsePhoneNumberWithError(national, {
        defaultCountry: country,
      } as Parameters<typeof parsePhoneNumberWithError>[1] & object);
      for (const raw of [example.number, example.formatNational(), example.formatInternational()]) {
        expect(disagreement(raw, country)).toBeUndefined();
        if (plainNumber(raw, country) !== undefined) taken.add(country);
        expect(walk(E164_STEPS, raw, country)).toBe(example.number);
      }
    }
    expect(COUNTRIES.length).toBeGreaterThan(200);
    for (const country of SHAPED) expect([...taken]).toContain(country);
  });

  it('reads the forms that most Japanese databases hold', () => {
    for (const raw of [
      '09012345678',
      '090-1234-5678',
      '０９０－１２３４－５６７８',
      '03 (1234) 5678',
    ]) {
      expect(plainNumber(raw, 'JP')).toBeDefined();
    }
  });
});
