/**
 * Common shapes of phone numbers, read without the library: ten times as fast. A property test and
 * every example number of the library's hold this to the steps, which decide about all else.
 */
import { endsInZeros, isOneDigit, isRun } from './phone-junk.ts';

/** Digits after the country code, where the code was written. */
const INTERNATIONAL: readonly (readonly [code: string, national: RegExp])[] = [
  ['81', /^(?:[1-9]\d{8}|[5789]0[1-9]\d{7})$/],
  ['1', /^[2-9]\d{9}$/],
  ['44', /^(?:7[1-9]|[12]\d)\d{8}$/],
  ['82', /^10\d{8}$/],
  ['86', /^1(?:[3-689]\d|7[0-8])\d{8}$/],
  ['91', /^[6-9]\d{9}$/],
  ['33', /^[1-79]\d{8}$/],
  ['49', /^1[567]\d{8,9}$/],
  ['61', /^4\d{8}$/],
  ['65', /^[89]\d{7}$/],
  ['852', /^[5-9]\d{7}$/],
  ['886', /^9\d{8}$/],
];

/** Digits as dialled within a country, and how many of them in front are not part of the number. */
const NATIONAL: ReadonlyMap<string, readonly [code: string, dialled: RegExp, prefix: number]> =
  new Map([
    ['JP', ['81', /^0(?:(?:1[1-9]|[2-9]\d)\d{7}|[5789]0[1-9]\d{7})$/, 1]],
    ['US', ['1', /^[2-9]\d{9}$/, 0]],
    ['CA', ['1', /^[2-9]\d{9}$/, 0]],
    ['GB', ['44', /^0(?:7[1-9]|[12]\d)\d{8}$/, 1]],
    ['KR', ['82', /^010\d{8}$/, 1]],
    ['CN', ['86', /^1(?:[3-689]\d|7[0-8])\d{8}$/, 0]],
    ['IN', ['91', /^[6-9]\d{9}$/, 0]],
    ['FR', ['33', /^0[1-79]\d{8}$/, 1]],
    ['DE', ['49', /^01[567]\d{8,9}$/, 1]],
    ['AU', ['61', /^04\d{8}$/, 1]],
    ['SG', ['65', /^[89]\d{7}$/, 0]],
    ['HK', ['852', /^[5-9]\d{7}$/, 0]],
    ['TW', ['886', /^09\d{8}$/, 1]],
  ]);

const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const PLUS = 0x2b;
const WIDE_DIGIT_0 = 0xff10;
const WIDE_DIGIT_9 = 0xff19;

/** Spaces, hyphens, dots and brackets that part digits, with the Japanese forms of each. */
const SEPARATORS: ReadonlySet<number> = new Set(
  Array.from(
    ' -().\u3000\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc\uff0d\uff08\uff09',
    (char) => char.charCodeAt(0),
  ),
);

/** Longest that is read here: 15 digits and what may stand between them. */
const LONGEST = 24;
const digits = Buffer.alloc(LONGEST);

/** The number in E.164, undefined where it is not of a shape listed here. */
export function plainNumber(raw: string, country: string | null): string | undefined {
  if (raw.length > LONGEST) return undefined;
  let count = 0;
  const plus = raw.charCodeAt(0) === PLUS;
  for (let index = plus ? 1 : 0; index < raw.length; index += 1) {
    const char = raw.charCodeAt(index);
    if (char >= DIGIT_0 && char <= DIGIT_9) digits[count++] = char;
    else if (char >= WIDE_DIGIT_0 && char <= WIDE_DIGIT_9) {
      digits[count++] = char - WIDE_DIGIT_0 + DIGIT_0;
    } else if (!SEPARATORS.has(char)) return undefined;
  }
  const dialled = digits.toString('latin1', 0, count);
  return plus ? international(dialled) : national(dialled, country);
}

function international(dialled: string): string | undefined {
  for (const [code, shape] of INTERNATIONAL) {
    if (!dialled.startsWith(code)) continue;
    const number = dialled.slice(code.length);
    return shape.test(number) && !isSuspect(number) ? `+${dialled}` : undefined;
  }
  return undefined;
}

function national(dialled: string, country: string | null): string | undefined {
  const plan = country === null ? undefined : NATIONAL.get(country);
  if (plan === undefined || !plan[1].test(dialled)) return undefined;
  const [code, , prefix] = plan;
  // 852 91242: the library may take the first digits for the country's code without its plus.
  if (dialled.startsWith(code)) return undefined;
  const number = dialled.slice(prefix);
  return isSuspect(number) ? undefined : `+${code}${number}`;
}

/** Whether the steps have to look whether it is anybody's. */
function isSuspect(number: string): boolean {
  // Of the shapes above, all of these end in two equal digits or two neighbours.
  const step = number.charCodeAt(number.length - 1) - number.charCodeAt(number.length - 2);
  if (Math.abs(step) > 1) return false;
  return endsInZeros(number) || isOneDigit(number) || isRun(number);
}
