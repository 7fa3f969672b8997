/** The steps that every kind of value begins with: what databases and spreadsheets add to a text. */
import { refuse } from './outcome.ts';
import type { Step } from './step.ts';

/**
 * Control and format characters, variation selectors and halves of surrogate pairs. Not the white
 * ones, which part words; not the joiners, which some scripts write names with.
 */
const UNSEEN = /[[\p{Cc}\p{Cf}\p{Cs}\p{Variation_Selector}]--[\s\u200c\u200d]]|\ufeff/gv;

/** Removes what nobody sees: zero-width spaces, byte order marks, marks of writing direction. */
export const visible: Step = {
  does: 'remove characters that cannot be seen',
  apply: (text) => (text.length > LONGEST ? refuse('overlong') : text.replace(UNSEEN, '')),
};

/** No kind has values half as long; what is longer is a column in the wrong place. */
const LONGEST = 1000;

/** Where joiners mean nothing either. */
export const unjoined: Step = {
  does: 'remove zero-width joiners',
  apply: (text) => text.replace(/[\u200c\u200d]/gu, ''),
};

/** Full-width letters, digits and signs, half-width kana, ideographic spaces, ligatures. */
export const width: Step = {
  does: 'read full-width and half-width characters as ordinary ones (Unicode NFKC)',
  apply: (text) => text.normalize('NFKC'),
};

export const trimmed: Step = {
  does: 'trim spaces',
  apply: (text) => text.trim(),
};

/** Composed once more, since some capitals with two accents have a composed form in lower case. */
export const lowered: Step = {
  does: 'lower case',
  apply: (text) => text.toLowerCase().normalize('NFKC'),
};

export const uppered: Step = {
  does: 'upper case',
  apply: (text) => text.toUpperCase().normalize('NFKC'),
};

/** `'090…`, `="090…"` and "quoted": how spreadsheets keep a text from becoming a number. */
export const unquoted: Step = {
  does: 'drop the quote marks of a spreadsheet',
  apply: withoutQuotes,
};

export function withoutQuotes(text: string): string {
  return text.replace(QUOTES_AT_THE_ENDS, '');
}

const QUOTES_AT_THE_ENDS = /^\s*(?:=(?=\s*["'“‘]))?[\s"'“”„‘’`]+|[\s"'“”‘’`]+$/gu;

export const filled: Step = {
  does: 'ask for a value',
  apply: (text) => (text === '' ? refuse('empty') : text),
};

/** In this order for every kind. */
export const CLEANED: readonly Step[] = [visible, width, unquoted, trimmed, filled];

/**
 * What people and programs write where they know nothing. Words that are also names (Null, None, Na)
 * count for addresses and numbers only.
 */
const NOTHING = new Set([
  '-',
  '--',
  '---',
  '?',
  '*',
  '.',
  'n/a',
  '#n/a',
  'n.a.',
  '#value!',
  '#ref!',
  '(null)',
  '<null>',
  'undefined',
  'nan',
  '不明',
  'なし',
  '無し',
  '未登録',
  '未設定',
  '未入力',
  '非公開',
  '該当なし',
]);
const NOTHING_THAT_MAY_BE_A_NAME = new Set(['na', 'nil', 'null', 'none', 'unknown']);

export function saysNothing(text: string): boolean {
  // Most texts are seen by their first character to be none of these.
  return FIRST.has(text.charCodeAt(0)) && NOTHING.has(text.toLowerCase());
}

const FIRST: ReadonlySet<number> = new Set(
  [...NOTHING].flatMap((word) => [word.charCodeAt(0), word.toUpperCase().charCodeAt(0)]),
);

/** For values that are not names. */
export const meant: Step = {
  does: 'leave out what stands for nothing',
  apply: (text) =>
    saysNothing(text) || NOTHING_THAT_MAY_BE_A_NAME.has(text.toLowerCase())
      ? refuse('placeholder')
      : text,
};

/** For names: Null is a family, Na another. */
export const meantAsName: Step = {
  does: 'leave out what stands for nothing',
  apply: (text) => (saysNothing(text) ? refuse('placeholder') : text),
};
