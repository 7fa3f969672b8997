/** The identifier types that may cross folder borders. Values, rules and hashing live beside. */

/** A phone number in E.164: `+`, country code, national number; digits only after the plus. */
export type E164 = string & { readonly __brand: 'E164' };

/** A SHA-256 digest: 64 lowercase hexadecimal digits. */
export type Digest = string & { readonly __brand: 'Digest' };

/** Every kind of value about a person that a platform may get; each is a column of an import. */
export const IDENTIFIER_KINDS = [
  'email',
  'phone',
  'first_name',
  'last_name',
  'city',
  'region',
  'postal_code',
  'country',
  'birth_date',
  'gender',
  'mobile_id',
  'x_handle',
  'x_id',
  'external_id',
] as const;
export type IdentifierKind = (typeof IDENTIFIER_KINDS)[number];

/**
 * What a sync may send of a person. `profile` stands for names, address, birth date and gender
 * together: no platform finds anybody by one of them alone.
 */
export const KEY_KINDS = [
  'email',
  'phone',
  'mobile_id',
  'x_handle',
  'x_id',
  'external_id',
  'profile',
] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

/**
 * The rules that keys are stored under, each a column of the `identity` table. A connector names
 * one per kind that it takes.
 */
export const KEY_RULES = {
  email: ['email_plain', 'email_google'],
  phone: ['phone_e164', 'phone_digits'],
  mobile_id: ['mobile_id_plain', 'mobile_id_hashed'],
  x_handle: ['x_handle'],
  x_id: ['x_id'],
  external_id: ['external_id'],
  profile: ['address_google', 'profile_meta'],
} as const satisfies Record<KeyKind, readonly string[]>;

export type EmailRule = (typeof KEY_RULES)['email'][number];
export type PhoneRule = (typeof KEY_RULES)['phone'][number];
export type KeyRule = (typeof KEY_RULES)[KeyKind][number];

/** A person as Google's address identifier has them: names hashed, the rest as it is. */
export interface PostalName {
  readonly givenName: Digest;
  readonly familyName: Digest;
  /** ISO 3166-1 alpha-2, upper case. */
  readonly regionCode: string;
  readonly postalCode: string;
}

/** The columns that Meta takes beside keys, in the order in which they are stored. */
export const PROFILE_COLUMNS = [
  'FN',
  'LN',
  'CT',
  'ST',
  'ZIP',
  'COUNTRY',
  'DOBY',
  'DOBM',
  'DOBD',
  'GEN',
] as const;
export type ProfileColumn = (typeof PROFILE_COLUMNS)[number];

/** Digests that go along with a person's keys, for a platform to tell namesakes apart. */
export type Profile = Readonly<Partial<Record<ProfileColumn, Digest>>>;
