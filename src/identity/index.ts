/** Identity: raw details of a person in, what each platform gets of them out. */
export { countryOfCallingCode } from './calling-codes.ts';
export { computeIdentity } from './compute.ts';
export type { ComputedIdentity } from './compute.ts';
export { digestOf } from './digest.ts';
export { explainValue, hashValue } from './explain.ts';
export type { Explained, HashedKeyRule, HashedValue, SentValue } from './explain.ts';
export { forgetIdentity } from './forget-identity.ts';
export { readKey, readProfile } from './keys.ts';
export type { Key } from './keys.ts';
export { UNUSABLE_REASONS } from './outcome.ts';
export type { UnusableReason } from './outcome.ts';
export { refreshIdentities } from './refresh.ts';
export { readReach, readUnusable } from './report.ts';
export type { ReachGroup, UnusableGroup } from './report.ts';
export { rulesOf } from './rules.ts';
export type { Rule } from './rules.ts';
export type { Trace } from './step.ts';
export { suppressionKeys } from './suppression.ts';
export type { SuppressionKeys, SuppressionKind } from './suppression.ts';
export { IDENTIFIER_KINDS, KEY_KINDS, KEY_RULES } from './types.ts';
export type {
  Digest,
  E164,
  EmailRule,
  IdentifierKind,
  KeyKind,
  KeyRule,
  PhoneRule,
  PostalName,
  Profile,
  ProfileColumn,
} from './types.ts';
