/** Why a line of an import is refused: a closed list, each with one sentence. */

/** `{column}` stands for our name of the column. No sentence ever carries a value of the line. */
export const REJECT_CODES = {
  encoding:
    'The line holds bytes or characters that its encoding does not allow; check --encoding.',
  'line-too-long': 'The line is longer than 1 MiB.',
  quotes: 'A quote is opened and never closed, or stands in the middle of a value.',
  'column-count': 'The line has another number of columns than the header.',
  json: 'The line is not one JSON object, or nests deeper than 32 levels.',
  'id-missing': '{column} is missing.',
  'id-too-long': '{column} is longer than 200 characters.',
  'id-is-address':
    '{column} is an e-mail address, which may not leave the contact columns; use an id of your own.',
  'id-inexact': '{column} is a number too large to be read exactly; write it in quotes.',
  erased: 'The customer was erased at their request; nothing is imported of them any more.',
  'purpose-missing': '{column} is missing.',
  'purpose-unreadable': '{column} is none of ad_user_data, ad_personalization and marketing.',
  'purpose-ambiguous':
    '{column} means ads in general; name ad_user_data and ad_personalization, one a line.',
  'status-missing': '{column} is missing.',
  'status-unreadable':
    '{column} says neither granted, denied nor unknown, in no word that is read as one of them.',
  'kind-missing': '{column} is missing.',
  'kind-unreadable': '{column} is none of customer, email, phone and domain.',
  'value-missing': '{column} is missing.',
  'value-unusable': '{column} is no e-mail address, phone number or domain that can be used.',
  'date-missing': '{column} is missing.',
  'date-unreadable': '{column} is not a date in a form that is read, such as 2026-11-21 14:05.',
  'date-impossible': '{column} is a date or time that does not exist.',
  'date-to-come': '{column} is still to come; check the time zone of the file.',
  'amount-missing': '{column} is missing.',
  'amount-unreadable': '{column} is not a plain number.',
  'amount-negative': '{column} is negative.',
  'amount-too-large': '{column} is larger than can be stored.',
  'amount-currency': '{column} carries the sign of another currency than the purchase.',
  'quantity-unreadable': '{column} is not a plain number.',
  'quantity-negative': '{column} is negative.',
  'quantity-too-large': '{column} is larger than can be stored.',
} as const satisfies Record<string, string>;

export type RejectCode = keyof typeof REJECT_CODES;

/** A line that was not imported. */
export interface Reject {
  /** 1-based; of a record that spans several lines, the first. */
  readonly line: number;
  readonly code: RejectCode;
  /** One sentence that names the column, never its value. */
  readonly reason: string;
  /** The line as it stood. Raw personal data: for the rejects file alone, never logged. */
  readonly raw: string;
}

/** What is wrong with a line, before it is known where it stood. */
export interface Fault {
  readonly ok: false;
  readonly code: RejectCode;
  readonly reason: string;
}

export function fault(code: RejectCode, column = ''): Fault {
  return { ok: false, code, reason: REJECT_CODES[code].replace('{column}', column) };
}
