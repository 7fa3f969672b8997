/**
 * Postal codes.
 *
 * Meta, ZIP: lowercase, no spaces, no dash, the first five digits in the United States (Marketing
 * API, "Custom Audiences"; the dash from "Customer information parameters"). Google: trimmed and
 * sent as it is (Data Manager API, "Format user data").
 */
import { passDigests } from './already-hashed.ts';
import { refuse } from './outcome.ts';
import type { Normalised } from './outcome.ts';
import type { Step } from './step.ts';
import { CLEANED, lowered, meant } from './text.ts';

/** 〒 is NFKC-stable; ー and its like are how Japanese keyboards write the hyphen. */
const written: Step = {
  does: 'drop 〒 and read every kind of hyphen as one',
  apply: (text) => {
    const code = text
      .replaceAll(/[\p{Pd}\u2043\u2212\u2500\u2501\u2796\u30fc]/gu, '-')
      .replaceAll(/[〒〠\p{So}]/gu, '')
      .trim();
    return code === '' ? refuse('empty') : code;
  },
};

const FIVE_AND_FOUR = /^(\d{5})-\d{4}$/u;

/** Of all countries the United States alone write five digits, a dash and four. */
const zip: Step = {
  does: 'keep letters and digits, in the United States the first five',
  apply: (text, country) => {
    const five = FIVE_AND_FOUR.exec(text)?.[1];
    if (five !== undefined && (country === null || country === 'US')) return five;
    const code = text.replaceAll(/[^\p{L}\p{M}\p{N}]/gu, '').normalize('NFKC');
    return code === '' ? refuse('not-a-postal-code') : fitted(code, country);
  },
};

/** Digits per country, where a spreadsheet may have taken a zero off the front (060-0001, 02134). */
function fitted(code: string, country: string | null): Normalised {
  if (country === 'JP') {
    return /^\d{6,7}$/u.test(code) ? code.padStart(7, '0') : refuse('not-a-postal-code');
  }
  if (country !== 'US') return code;
  return /^(?:\d{4,5}|\d{9})$/u.test(code)
    ? code.padStart(5, '0').slice(0, 5)
    : refuse('not-a-postal-code');
}

export const META_ZIP_STEPS: readonly Step[] = [
  ...CLEANED,
  meant,
  passDigests,
  lowered,
  written,
  zip,
  // Once more: 'n a' came to one of these words only now.
  meant,
  passDigests,
];

/** Sent as it is, and so only what can be a code: anything else would be readable abroad. */
const code: Step = {
  does: 'ask for a code',
  apply: (text, country) => {
    const known = /^[\dA-Za-z][\dA-Za-z -]{0,14}$/u.test(text) && /\d/u.test(text);
    if (!known) return refuse('not-a-postal-code');
    if (country !== 'JP' && country !== 'US') return text;
    const digits = fitted(text.replaceAll(/[ -]/gu, ''), country);
    if (typeof digits !== 'string') return digits;
    return /^\d+$/u.test(text) && text.length < digits.length ? digits : text;
  },
};

export const GOOGLE_POSTAL_CODE_STEPS: readonly Step[] = [...CLEANED, meant, written, code];

/**
 * Meta's form and Google's of the two commonest shapes, Japan's and the United States'; undefined
 * leaves a code to the steps, of which this is the short form (a property test compares the two).
 */
export function plainZip(raw: string, country: string | null): string | undefined {
  if (country === 'JP') {
    if (!/^〒?\d{3}-?\d{4}$/.test(raw)) return undefined;
    return raw.slice(-8, -4).replace(/[-〒]/g, '') + raw.slice(-4);
  }
  return country === 'US' && /^\d{5}(?:-\d{4})?$/.test(raw) ? raw.slice(0, 5) : undefined;
}

export function plainCode(raw: string, country: string | null): string | undefined {
  if (country === 'JP' && /^〒?\d{3}-?\d{4}$/.test(raw)) return raw.replace('〒', '');
  return country === 'US' && /^\d{5}(?:-\d{4})?$/.test(raw) ? raw : undefined;
}
