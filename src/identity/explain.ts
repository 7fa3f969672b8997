/** Why a value matches or does not: the answer of the `hash` command. */
import { digestOf } from './digest.ts';
import { knownCountry } from './known-country.ts';
import { UNUSABLE_REASONS, isRefused } from './outcome.ts';
import type { Normalised, UnusableReason } from './outcome.ts';
import { GOOGLE, META, PHONE_WITHOUT_COUNTRY, X, normalise } from './rules.ts';
import type { Rule } from './rules.ts';
import { walk } from './step.ts';
import type { Trace } from './step.ts';
import type { Digest, KeyRule } from './types.ts';

/** What is sent of a value. */
export type HashedValue =
  /** `normalised` is undefined where the value was a digest already. */
  | { readonly ok: true; readonly normalised: string | undefined; readonly digest: Digest }
  | { readonly ok: false; readonly reason: UnusableReason; readonly sentence: string };

export type SentValue =
  | HashedValue
  /** Sent as it is. */
  | { readonly ok: true; readonly plain: string };

const BY_KEY_RULE = {
  email_plain: META.EMAIL,
  email_google: GOOGLE.email,
  phone_e164: GOOGLE.phone,
  phone_digits: META.PHONE,
  mobile_id_hashed: X.device_id,
  x_handle: X.handle,
  x_id: X.twitter_id,
} as const satisfies Partial<Record<KeyRule, Rule>>;

export type HashedKeyRule = keyof typeof BY_KEY_RULE;

/** A raw value under the rule of a key: its normalised text and digest, or why there is none. */
export function hashValue(raw: string, rule: HashedKeyRule, country: string | null): HashedValue {
  return hashed(normalise(BY_KEY_RULE[rule], raw, knownCountry(country)));
}

export interface Explained {
  readonly sent: SentValue;
  /** What each rule made of the value, without those that changed nothing. */
  readonly steps: readonly Trace[];
  /** True where Meta's rule for numbers without a country had to do. */
  readonly countryMissing: boolean;
}

/** A raw value under a rule, with every step. `country` is ISO alpha-2 or null. */
export function explainValue(raw: string, rule: Rule, country: string | null): Explained {
  const steps: Trace[] = [];
  const value = walk(rule.steps, raw, knownCountry(country), steps);
  if (rule === META.PHONE && isRefused(value) && value.reason === 'country-needed') {
    const digits = explainValue(raw, PHONE_WITHOUT_COUNTRY, country);
    return { ...digits, countryMissing: true };
  }
  const sent: SentValue =
    rule.encoding === 'plain' && typeof value === 'string'
      ? { ok: true, plain: value }
      : hashed(value);
  return { sent, steps, countryMissing: false };
}

function hashed(value: Normalised): HashedValue {
  if (typeof value === 'string') return { ok: true, normalised: value, digest: digestOf(value) };
  return isRefused(value)
    ? { ok: false, reason: value.reason, sentence: UNUSABLE_REASONS[value.reason] }
    : { ok: true, normalised: undefined, digest: value.digest };
}
