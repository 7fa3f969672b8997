/** The many ways in which people and old systems write one e-mail address or phone number. */
import type { Country } from './names.ts';
import { phoneParts } from './phone-plan.ts';
import { pick, pickWeighted } from './random.ts';
import type { Choices, Draw } from './random.ts';

/**
 * A spelling of a clean address. Letters, spaces and full-width signs are the same address on
 * every platform; a dot or a `+tag` in a Gmail address is the same mailbox to Google alone.
 */
export function spellEmail(email: string, draw: Draw): string {
  const written = /@(?:gmail|googlemail)\.com$/u.test(email)
    ? pickWeighted(MAILBOX_SPELLINGS, draw('mailbox'))(email)
    : email;
  return pickWeighted(TYPINGS, draw('typing'))(written);
}

type Spelling = (text: string) => string;

const MAILBOX_SPELLINGS: Choices<readonly [Spelling, number]> = [
  [(email) => email, 88],
  [(email) => email.replace('@', '+shop@'), 6],
  [(email) => email.replace(/^(.)(?=[^.])/u, '$1.'), 3],
  [(email) => email.replace('.', ''), 3],
];

const TYPINGS: Choices<readonly [Spelling, number]> = [
  [(email) => email, 60],
  [(email) => email.slice(0, 1).toUpperCase() + email.slice(1), 10],
  [(email) => email.toUpperCase(), 5],
  [(email) => ` ${email}  `, 6],
  [(email) => `${email}\u{3000}`, 5],
  [(email) => email.replace('@', '＠'), 6],
  [(email) => email.replaceAll(/\d/gu, fullWidth), 4],
  [(email) => email.replaceAll(/[!-~]/gu, fullWidth), 4],
];

/** A spelling of a clean number as it is written in its country. */
export function spellPhone(country: Country, phone: string, draw: Draw): string {
  const { code, trunk, groups } = phoneParts(country, phone);
  const [area = '', ...rest] = groups;
  const hyphen = pick(HYPHENS, draw('hyphen'));
  const national = [`${trunk}${area}`, ...rest].join(hyphen);
  const subscriber = rest.join('-');
  const optionalTrunk = trunk === '' ? '' : `(${trunk})`;
  return pickWeighted(
    [
      [national, 45],
      [[`${trunk}${area}`, ...rest].join(''), 15],
      [national.replaceAll(/[!-~]/gu, fullWidth), 8],
      [[`${trunk}${area}`, ...rest].join(pick([' ', '\u{3000}', '.'], draw('gap'))), 5],
      [`(${trunk}${area})${subscriber}`, 5],
      [`+${code} ${area}-${subscriber}`, 8],
      [`+${code} ${optionalTrunk}${area}-${subscriber}`, 6],
      [`＋${code}${hyphen}${area}${hyphen}${rest.join(hyphen)}`, 3],
      // What a spreadsheet leaves of a number: it drops the leading 0.
      [groups.join(''), 2],
      [phone, 3],
    ],
    draw('form'),
  );
}

/** Typed on a Japanese keyboard, all of them look alike. */
const HYPHENS: Choices<string> = ['-', '-', '-', '‐', '－', 'ー', '−', '–'];

/** The full-width form of a printable ASCII sign (U+FF01 and on). */
function fullWidth(sign: string): string {
  return String.fromCodePoint((sign.codePointAt(0) ?? 0) + 0xfee0);
}
