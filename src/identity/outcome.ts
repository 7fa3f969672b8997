/** What normalising a value gives: the text to hash, or the reason why the value is left out. */
export type Normalised =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly reason: UnusableReason };

/** Why a value cannot be used, with the sentence a person reads. */
export const UNUSABLE_REASONS = {
  empty: 'There is no value.',
  'contains-space': 'An address cannot hold a space.',
  'no-at-sign': 'An address needs an @.',
  'bad-local-part': 'What stands before the @ is not a mailbox name.',
  'bad-domain': 'What stands after the @ is not a domain.',
  'no-digits': 'A phone number needs digits.',
  'country-needed': 'A number without a country code needs the country of its customer.',
  'too-short': 'Too few digits for a phone number.',
  'too-long': 'Too many digits for a phone number.',
  'not-a-number': 'Not a phone number of that country.',
} as const;

export type UnusableReason = keyof typeof UNUSABLE_REASONS;
