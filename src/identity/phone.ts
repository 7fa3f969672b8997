/**
 * Phone numbers, from what databases hold to what platforms hash.
 *
 * Google and X: E.164 with `+` (Data Manager API, "Format user data"; X's audience pages give no
 * rule, its conversion pages give this one). Meta: digits only, country code first, no leading
 * zeros (Marketing API, "Custom Audiences" guide).
 */
import { parsePhoneNumberWithError, ParseError, isSupportedCountry } from 'libphonenumber-js';
import type { Normalised, UnusableReason } from './outcome.ts';
import type { RawPhone } from '../customer/index.ts';
import type { E164, PhoneRule } from './types.ts';

/**
 * The number under a rule, or why there is none. Never throws. `country` (ISO alpha-2) is where
 * the number would be dialled as written; it is needed for numbers without a country code.
 */
export function normalisePhone(raw: RawPhone, rule: PhoneRule, country: string | null): Normalised {
  const parsed = toE164(raw, country);
  if (!parsed.ok) return parsed;
  switch (rule) {
    case 'phone_e164':
      return parsed;
    case 'phone_digits':
      return { ok: true, value: parsed.value.slice(1) };
  }
}

function toE164(
  raw: RawPhone,
  country: string | null,
): { ok: true; value: E164 } | { ok: false; reason: UnusableReason } {
  const text = fold(raw);
  if (text === '') return { ok: false, reason: 'empty' };
  if (!/\d/u.test(text)) return { ok: false, reason: 'no-digits' };
  const region = country?.toUpperCase();
  try {
    const number =
      region !== undefined && isSupportedCountry(region)
        ? parsePhoneNumberWithError(text, { defaultCountry: region, extract: false })
        : parsePhoneNumberWithError(withCountryCode(text), { extract: false });
    const value = number.number as E164;
    // Possible, not valid: number plans grow faster than any library's tables, and a number that
    // nobody has matches nobody. Written with its plus, not even that: no platform checks lengths.
    return number.isPossible() || (text.startsWith('+') && value.length - 1 >= SHORTEST)
      ? { ok: true, value }
      : { ok: false, reason: 'not-a-number' };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
}

/** Fewer digits than this, country code included, are a slip and no number. */
const SHORTEST = 7;

/**
 * Exports often lose the plus of a full number, or write the 00 that most countries dial for it.
 * Without a country, a long number that does not start with a national 0 can only be one of those.
 */
function withCountryCode(text: string): string {
  if (text.includes('+')) return text;
  const digits = text.replace(/\D/gu, '');
  if (/^00[1-9]/u.test(digits)) return `+${digits.slice(2)}`;
  return digits.length >= 11 && !digits.startsWith('0') ? `+${digits}` : text;
}

/**
 * Full-width digits and the many hyphens of Japanese input are spellings of the same number; so
 * are zeros between the plus and the country code, which none begins with.
 */
function fold(raw: string): string {
  return raw
    .normalize('NFKC')
    .replace(/[‐‑‒–—―−ーｰ]/gu, '-')
    .trim()
    .replace(/^\+0+/u, '+');
}

function reasonOf(error: unknown): UnusableReason {
  if (!(error instanceof ParseError)) return 'not-a-number';
  switch (error.message) {
    case 'INVALID_COUNTRY':
      return 'country-needed';
    case 'TOO_SHORT':
      return 'too-short';
    case 'TOO_LONG':
      return 'too-long';
    default:
      return 'not-a-number';
  }
}
