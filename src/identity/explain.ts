/** Why a value matches or does not: the answer of the `hash` command. */
import { digestOf } from './digest.ts';
import { UNUSABLE_REASONS } from './outcome.ts';
import type { UnusableReason } from './outcome.ts';
import { RULES } from './rules.ts';
import type { Digest, IdentityRule } from './types.ts';

export type HashedValue =
  | { readonly ok: true; readonly normalised: string; readonly digest: Digest }
  | { readonly ok: false; readonly reason: UnusableReason; readonly sentence: string };

/** A raw value under one rule: its normalised text and digest, or why there is none. */
export function hashValue(raw: string, rule: IdentityRule, country: string | null): HashedValue {
  const normalised = RULES[rule].normalise(raw, country);
  return normalised.ok
    ? { ok: true, normalised: normalised.value, digest: digestOf(normalised.value) }
    : { ok: false, reason: normalised.reason, sentence: UNUSABLE_REASONS[normalised.reason] };
}
