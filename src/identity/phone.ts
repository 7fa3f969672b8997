/**
 * Phone numbers, from what databases hold to what platforms hash.
 *
 * Google and X: E.164 with `+` (Data Manager API, "Format user data"; X's audience pages give no
 * rule, its conversion pages give this one). Meta: digits only, country code first, no leading
 * zeros (Marketing API, "Custom Audiences" guide).
 */
import { parsePhoneNumberWithError, ParseError, isSupportedCountry } from 'libphonenumber-js';
import type { PhoneNumber } from 'libphonenumber-js';
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
  const written = region === undefined ? withCountryCode(text) : text;
  try {
    const number = parse(written, region);
    return judge(number, written.startsWith('+'));
  } catch (error) {
    return isOneDigit(text.replaceAll(/\D/gu, '')) ? refuse('placeholder') : reasonOf(error);
  }
}

function parse(text: string, region: Parameters<typeof isSupportedCountry>[0] | undefined) {
  if (region === undefined || !isSupportedCountry(region)) {
    return parsePhoneNumberWithError(text, { extract: false });
  }
  const number = parsePhoneNumberWithError(text, { defaultCountry: region, extract: false });
  // 00 is dialled before a country code in most of the world. Where it is not (Japan: 010) the
  // library takes it for part of the number, which no person's begins with.
  return number.nationalNumber.startsWith('00') && !text.startsWith('+')
    ? parsePhoneNumberWithError(`+${text.replaceAll(/\D/gu, '').replace(/^0+/u, '')}`)
    : number;
}

/** Fewer digits than this, country code included, are a slip and no number. */
const SHORTEST = 7;
/** ITU-T E.164. */
const LONGEST = 15;

function judge(number: PhoneNumber, hasPlus: boolean): Normalised {
  const national = number.nationalNumber;
  if (endsInZeros(national)) return refuse('placeholder');
  if ((isOneDigit(national) || (!hasPlus && isRun(national))) && !number.isValid()) {
    return refuse('placeholder');
  }
  const japanese = number.countryCallingCode === '81' ? judgeJapanese(national) : undefined;
  if (japanese !== undefined) return japanese;
  // Possible, not valid: number plans grow faster than any library's tables, and a number that
  // nobody has matches nobody. Written with its plus, not even that: no platform checks lengths.
  const digits = number.number.length - 1;
  if (digits > LONGEST) return refuse('too-long');
  return number.isPossible() || (hasPlus && digits >= SHORTEST)
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

/**
 * Exports often lose the plus of a full number, or write the 00 that most countries dial for it.
 * Without a country, a long number that does not start with a national 0 can only be one of those.
 */
function withCountryCode(text: string): string {
  if (text.includes('+')) return text;
  const digits = text.replaceAll(/\D/gu, '');
  if (/^00[1-9]/u.test(digits)) return `+${digits.slice(2)}`;
  return digits.length >= 11 && !digits.startsWith('0') ? `+${digits}` : text;
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
