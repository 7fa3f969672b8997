/** Amounts and quantities as people and databases write them. */
import { plain } from './values.ts';

export type ReadNumber =
  | { readonly ok: true; readonly value: string; readonly currencies?: readonly string[] }
  | { readonly ok: false; readonly problem: 'unreadable' | 'negative' | 'too-large' };

/** The currencies that a sign can stand for, where they are few; a dollar sign says little. */
const SIGNS: Readonly<Record<string, readonly string[]>> = {
  '¥': ['JPY', 'CNY'],
  円: ['JPY'],
  '€': ['EUR'],
  '£': ['GBP', 'EGP', 'FKP', 'GIP', 'LBP', 'SHP', 'SSP', 'SDG', 'SYP'],
};
const FORM =
  /^(?<minus>[-−▲△]?)\s*(?<sign>[¥$€£]?)\s*(?<inner>[-−]?)(?<whole>\d{1,3}(?:,\d{3})+|\d*)(?<decimals>\.\d{1,30})?\s*(?<unit>円?)$/;

/**
 * A number from 0 up, as plain decimals: `1234.5`, `1,234.5`, `¥1,234`, `１２３４円`. A comma counts as
 * a thousands separator only where the digits stand in threes; `1.234,50` and `1,23` are refused.
 * `wholeDigits` is how many the database has room for before the point.
 */
export function readNumber(text: string, wholeDigits: number): ReadNumber {
  const groups = FORM.exec(plain(text))?.groups;
  if (groups === undefined) return { ok: false, problem: 'unreadable' };
  const digits = (groups['whole'] ?? '').replaceAll(',', '');
  const decimals = groups['decimals'] ?? '';
  if (digits + decimals === '') return { ok: false, problem: 'unreadable' };
  const whole = digits.replace(/^0+(?=\d)/, '') || '0';
  if ((groups['minus'] ?? '') + (groups['inner'] ?? '') !== '' && /[1-9]/.test(whole + decimals)) {
    return { ok: false, problem: 'negative' };
  }
  if (whole.length > wholeDigits) return { ok: false, problem: 'too-large' };
  const currencies = SIGNS[groups['sign'] || groups['unit'] || ''];
  return { ok: true, value: whole + decimals, ...(currencies && { currencies }) };
}
