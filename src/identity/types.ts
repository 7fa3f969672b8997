/** The identifier types that may cross folder borders. Values, rules and hashing live beside. */

/** A phone number in E.164: `+`, country code, national number; digits only after the plus. */
export type E164 = string & { readonly __brand: 'E164' };

/** A SHA-256 digest: 64 lowercase hexadecimal digits. */
export type Digest = string & { readonly __brand: 'Digest' };

/** The kinds of identifier that an audience can be filled with. */
export const IDENTIFIER_KINDS = ['email', 'phone'] as const;
export type IdentifierKind = (typeof IDENTIFIER_KINDS)[number];

/**
 * The normalisation rules that digests are stored under; each is a column of the `identity` table.
 * A connector names one per kind.
 */
export const IDENTITY_RULES = {
  email: ['email_plain', 'email_google'],
  phone: ['phone_e164', 'phone_digits'],
} as const satisfies Record<IdentifierKind, readonly string[]>;

export type EmailRule = (typeof IDENTITY_RULES)['email'][number];
export type PhoneRule = (typeof IDENTITY_RULES)['phone'][number];
export type IdentityRule = EmailRule | PhoneRule;
