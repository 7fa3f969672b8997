/** What normalising a value gives: text to hash, a digest that it was already, or why neither. */
import type { Digest } from './types.ts';

export type Normalised = string | AlreadyHashed | Refused;

/** The value came as a SHA-256 digest: it goes on as it is, and is never hashed again. */
export interface AlreadyHashed {
  readonly digest: Digest;
}

export interface Refused {
  readonly reason: UnusableReason;
}

/** Why a value cannot be used, with the sentence a person reads. */
export const UNUSABLE_REASONS = {
  empty: 'There is no value.',
  overlong: 'Far longer than any value of this kind.',
  placeholder: 'This fills a field where nothing was known: it belongs to nobody.',
  'several-values': 'There are several values in one field; import each in a column of its own.',
  'rounded-by-spreadsheet':
    'A spreadsheet wrote this number in scientific notation, and its last digits are lost.',
  'other-digest':
    'This looks like an MD5, SHA-1 or SHA-512 digest; platforms match SHA-256 alone, so import the value itself.',
  'digest-of-nothing':
    'This is the digest of an empty text: something hashed a value that was not there.',
  'digest-not-plain': 'Platforms want this value as it is, and this is its digest.',
  'contains-space': 'An address cannot hold a space.',
  'no-at-sign': 'An address needs an @.',
  'bad-local-part': 'What stands before the @ is not a mailbox name.',
  'bad-domain': 'What stands after the @ is not a domain.',
  'no-digits': 'A phone number needs digits.',
  'country-needed': 'A number without a country code needs the country of its customer.',
  'too-short': 'Too few digits for a phone number.',
  'too-long': 'Too many digits for a phone number.',
  'not-a-number': 'Not a phone number of that country.',
  'no-letters': 'Nothing is left once punctuation is gone.',
  'not-a-country': 'A country is two letters of ISO 3166-1, such as JP or US.',
  'not-a-postal-code': 'Not a postal code of that country.',
  'not-a-date':
    'Not a date that can be read; write it as 1990-01-31. Years of two digits are not read.',
  'ambiguous-date':
    'The day and the month of this date could be either way round; write it as 1990-01-31.',
  'impossible-date': 'There is no such day between 1900 and 2100.',
  'not-m-or-f': 'Platforms take male or female here, and nothing else.',
  'zero-id': 'This device has switched its advertising id off.',
  'not-a-device-id': 'Not an advertising id; one looks like 4b61639e-47cc-4056-a16a-c8217e029462.',
  'not-a-handle': 'Not an X handle: at most 15 letters, digits and underscores.',
  'not-an-id': 'Not an id: letters and digits alone.',
  'phone-as-id':
    'This id is a phone number, which would be sent as it is; import it as phone, or use another id.',
  'address-as-id':
    'This id is an e-mail address, which would be sent as it is; import it as email, or use another id.',
} as const;

export type UnusableReason = keyof typeof UNUSABLE_REASONS;

const REFUSALS: ReadonlyMap<UnusableReason, Refused> = new Map(
  (Object.keys(UNUSABLE_REASONS) as UnusableReason[]).map((reason) => [reason, { reason }]),
);

/** The refusal for a reason; one object each, so that refusing costs nothing. */
export function refuse(reason: UnusableReason): Refused {
  return REFUSALS.get(reason) ?? { reason };
}

export function isRefused(value: Normalised): value is Refused {
  return typeof value === 'object' && 'reason' in value;
}
