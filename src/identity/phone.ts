/**
 * Phone numbers, from what databases hold to what platforms hash.
 *
 * Google and X: E.164 with `+` (Data Manager API, "Format user data"; X's audience pages give no
 * rule, its conversion pages give this one). Meta: digits only, country code first, no leading
 * zeros (Marketing API, "Custom Audiences" guide).
 */
import {
  ParseError,
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberWithError,
} from 'libphonenumber-js';
import type { CountryCode, PhoneNumber } from 'libphonenumber-js';
import { passDigests } from './already-hashed.ts';
import { refuse } from './outcome.ts';
import type { Normalised, Refused } from './outcome.ts';
import { endsInZeros, isOneDigit, isRun } from './phone-junk.ts';
import type { Step } from './step.ts';
import { filled, meant, trimmed, unjoined, unquoted, visible, width } from './text.ts';

/** German numbers have a slash after the area code: only parts that are whole numbers make a list. */
const single: Step = {
  does: 'ask for one number',
  apply: (text) => {
    const parts = text
      .split(/[,;/|、・\n]|または|\bor\b/u)
      .map((part) => part.replaceAll(/\D/gu, ''));
    return parts.filter((digits) => digits.length >= 8).length > 1
      ? refuse('several-values')
      : text;
  },
};

/** Hyphens, dashes, tildes and dots of any script; ー is one where it stands beside a digit. */
const hyphens: Step = {
  does: 'read every kind of hyphen as one',
  apply: (text) =>
    text
      .replaceAll(/[\p{Pd}\u2043\u2212\u2500\u2501\u2796\u30fc]/gu, '-')
      .replaceAll(/(?<=\d)\s*[~\u301c_*·・•'’]\s*(?=\d)/gu, '-'),
};

/** Words before and after, names of the number in brackets, what a spreadsheet makes of a number. */
const bare: Step = {
  does: 'take the number out of the words around it',
  apply: (text) => {
    if (/^\d(?:\.\d+)?e\+?\d+$/iu.test(text)) return refuse('rounded-by-spreadsheet');
    const words = text
      .replace(/^(\d{8,})\.0$/u, '$1')
      .replaceAll(/\([^\d()]*\)/gu, ' ')
      .replace(/^.*:(?=[^:]*(?:\d[^:\d]*){7})/su, '')
      .replace(EXTENSION, '');
    // 0901234567O: a letter where a digit was meant. Left out, the rest could be a stranger's.
    if (/\d[a-z]/iu.test(words)) return refuse('not-a-number');
    const number = words
      .replace(/^[^\d+(]+/u, '')
      .replace(/[^\d]+$/u, '')
      .replace(/^[(\s]*\++[\s(]*/u, '+');
    if (!/\d/u.test(number)) return refuse('no-digits');
    return /\p{L}/u.test(number) ? refuse('not-a-number') : number;
  },
};

/** RFC 3966 parameters, and extensions as offices write them: they reach a desk, not an account. */
const EXTENSION =
  /\s*(?:;[a-z-]+=.*|[,(]?\s*(?:内線(?:番号)?|extension|ext|x|#|доб|durchwahl|poste|anexo)[.:\s]*\d{1,7}\)?(?:\s.*)?)$/isu;

/** No country code begins with a zero. */
const zerosAfterPlus: Step = {
  does: 'drop zeros between the plus and the country code',
  apply: (text) => text.replace(/^\+[\s-]*0[0\s-]*/u, '+'),
};

const e164: Step = {
  does: 'write it in E.164: country code and national number',
  apply: toE164,
};

/** To E.164. `country` is where the number would be dialled as written. */
export const E164_STEPS: readonly Step[] = [
  visible,
  unjoined,
  width,
  unquoted,
  trimmed,
  filled,
  meant,
  passDigests,
  single,
  hyphens,
  bare,
  zerosAfterPlus,
  e164,
];

export const withoutPlus: Step = {
  does: 'drop the plus',
  apply: (number) => number.replace(/^\+/u, ''),
};

/**
 * Meta's documented rule for a number without a country code, which its COUNTRY column is to give:
 * the digits as they stand, without symbols, letters and leading zeros.
 */
export const DIGITS_STEPS: readonly Step[] = [
  visible,
  width,
  {
    does: 'remove symbols, letters and leading zeros',
    apply: (text) => {
      const digits = text.replaceAll(/\D/gu, '').replace(/^0+/u, '');
      return digits === '' ? refuse('no-digits') : digits;
    },
  },
];

function toE164(text: string, country: string | null): Normalised {
  const region = country !== null && isSupportedCountry(country) ? country : undefined;
  try {
    const { number, hasCode } = region === undefined ? readAnywhere(text) : readIn(text, region);
    return judge(number, hasCode);
  } catch (error) {
    return isOneDigit(text.replaceAll(/\D/gu, '')) ? refuse('placeholder') : reasonOf(error);
  }
}

interface Reading {
  readonly number: PhoneNumber;
  /** Whether the country's code was written, in front of which nothing had to be guessed. */
  readonly hasCode: boolean;
}

/** @throws ParseError of the library. */
function readIn(text: string, region: CountryCode): Reading {
  const hasPlus = text.startsWith('+');
  const digits = text.replaceAll(/\D/gu, '');
  const code = getCountryCallingCode(region);
  // 00 is dialled before a country code in most of the world. Where it is not, the library takes it
  // for a carrier's prefix, and gives the number of a stranger: 0055 51 … of Brazil as one of Peru.
  const dialled = /^00[1-9]/u.test(digits) && !hasPlus ? validOf(`+${digits.slice(2)}`) : undefined;
  if (dialled?.countryCallingCode === code) return { number: dialled, hasCode: true };
  const number = parsePhoneNumberWithError(text, { defaultCountry: region, extract: false });
  // In Japan it takes the 00 for part of the number, which no person's begins with.
  const isOdd = !number.isValid() || number.nationalNumber.startsWith('00');
  if (dialled !== undefined && isOdd) return { number: dialled, hasCode: true };
  // An export that lost the plus. Where a number has as many digits as this, the code is some of them.
  if (!hasPlus && (digits.length >= ELEVEN || !number.isValid())) {
    const lost = digits.startsWith(code) && validOf(`+${digits}`);
    if (lost) return { number: lost, hasCode: true };
  }
  if (number.isValid()) return { number, hasCode: hasPlus };
  // A trunk zero in brackets, which is not dialled from abroad.
  const bracketed = text.includes('(0)') ? validOf(text.replace('(0)', '')) : undefined;
  return { number: bracketed ?? number, hasCode: hasPlus };
}

/**
 * Without a country the code has to be there: behind a plus or a 00, or in front of so many digits
 * that they are a whole number. Eleven of them are a mobile of China or Germany as well as one of
 * North America, unless they are grouped as there: 1-650-555-1212.
 *
 * @throws ParseError `INVALID_COUNTRY` where it is not.
 */
function readAnywhere(text: string): Reading {
  if (text.startsWith('+')) return { number: parsePlain(text), hasCode: true };
  const digits = text.replaceAll(/\D/gu, '');
  if (/^00[1-9]/u.test(digits)) return { number: parsePlain(`+${digits.slice(2)}`), hasCode: true };
  const american = /^1\D+\d{3}\D+\d{3}\D+\d{4}$/u.test(text);
  const isWhole = digits.length > ELEVEN && !digits.startsWith('0');
  const whole = american || isWhole ? `+${digits}` : text;
  return { number: parsePlain(whole), hasCode: whole !== text };
}

/** National numbers without a trunk zero are no longer, but for a few fixed lines. */
const ELEVEN = 11;

function parsePlain(text: string): PhoneNumber {
  return parsePhoneNumberWithError(text, { extract: false });
}

function validOf(text: string): PhoneNumber | undefined {
  try {
    const number = parsePlain(text);
    return number.isValid() ? number : undefined;
  } catch {
    return undefined;
  }
}

/** Fewer digits than this, country code included, are a slip and no number. */
const SHORTEST = 7;
/** ITU-T E.164. */
const LONGEST = 15;

function judge(number: PhoneNumber, hasCode: boolean): Normalised {
  const national = number.nationalNumber;
  if (endsInZeros(national)) return refuse('placeholder');
  if ((isOneDigit(national) || (!hasCode && isRun(national))) && !number.isValid()) {
    return refuse('placeholder');
  }
  const japanese = number.countryCallingCode === '81' ? judgeJapanese(national) : undefined;
  if (japanese !== undefined) return japanese;
  // Possible, not valid: number plans grow faster than any library's tables, and a number that
  // nobody has matches nobody. Written with its plus, not even that: no platform checks lengths.
  const digits = number.number.length - 1;
  if (digits > LONGEST) return refuse('too-long');
  return number.isPossible() || (hasCode && digits >= SHORTEST)
    ? number.number
    : refuse('not-a-number');
}

/**
 * Ministry of Internal Affairs and Communications, Japan, numbering plan: nine digits after the 0
 * for lines, ten for mobiles and IP phones. The library allows 17, for companies' 00 numbers.
 */
function judgeJapanese(national: string): Refused | undefined {
  if (national.length < 9) return refuse('too-short');
  return national.length > 10 ? refuse('too-long') : undefined;
}

function reasonOf(error: unknown): Refused {
  if (!(error instanceof ParseError)) return refuse('not-a-number');
  switch (error.message) {
    case 'INVALID_COUNTRY':
      return refuse('country-needed');
    case 'TOO_SHORT':
      return refuse('too-short');
    case 'TOO_LONG':
      return refuse('too-long');
    default:
      return refuse('not-a-number');
  }
}
