/** Identity: raw contact details in, digests per platform rule out. */
export { digestOf } from './digest.ts';
export { hashValue } from './explain.ts';
export type { HashedValue } from './explain.ts';
export { refreshIdentities } from './refresh.ts';
export { IDENTIFIER_KINDS, IDENTITY_RULES } from './types.ts';
export type { Digest, E164, EmailRule, IdentifierKind, IdentityRule, PhoneRule } from './types.ts';
