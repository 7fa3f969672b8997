/** What somebody who said no is known by: the keys that identities are compared with. */
import { readDigest } from './already-hashed.ts';
import { bytesOf } from './digest.ts';
import type { Bytes } from './digest.ts';
import { asciiDomain } from './domain.ts';
import { knownCountry } from './known-country.ts';
import { UNUSABLE_REASONS, isRefused, refuse } from './outcome.ts';
import type { Normalised, UnusableReason } from './outcome.ts';
import { keyWriter, untagged } from './pack.ts';
import { GOOGLE, META, normalise } from './rules.ts';
import type { Rule } from './rules.ts';
import { walk } from './step.ts';
import type { Step } from './step.ts';
import { CLEANED, lowered } from './text.ts';

export type SuppressionKind = 'email' | 'phone' | 'domain';

export type SuppressionKeys =
  | {
      readonly ok: true;
      /** What the suppression is known by. */
      readonly digest: Buffer;
      /** Its other keys: the same value under the kind's other rule, where that differs. */
      readonly more: readonly Buffer[];
    }
  | { readonly ok: false; readonly reason: UnusableReason; readonly sentence: string };

const DOMAIN: Rule = {
  kind: 'email',
  encoding: 'sha256',
  steps: [
    ...CLEANED,
    lowered,
    {
      does: 'write the domain in ASCII',
      apply: (text) => {
        const domain = text.replace(/^(?:\*\.|\*?@)/u, '').replace(/[.。]+$/u, '');
        return readSuppressed(domain);
      },
    } satisfies Step,
  ],
};

function readSuppressed(domain: string): Normalised {
  const digest = readDigest(domain);
  return typeof digest === 'string' ? (asciiDomain(domain) ?? refuse('bad-domain')) : digest;
}

const emailKey = keyWriter('email');
const phoneKey = keyWriter('phone');

/**
 * The keys of a suppressed value, in any spelling that an import takes. A value that is a SHA-256
 * digest already is taken as it is.
 *
 * @param country where a phone number would be dialled as written: ISO alpha-2, or null.
 */
export function suppressionKeys(
  kind: SuppressionKind,
  value: string,
  country: string | null,
): SuppressionKeys {
  switch (kind) {
    case 'email':
      return keysUnder(GOOGLE.email, META.EMAIL, emailKey);
    case 'phone':
      return keysUnder(GOOGLE.phone, META.PHONE, phoneKey);
    case 'domain': {
      const domain = walk(DOMAIN.steps, value, null);
      return isRefused(domain)
        ? refused(domain.reason)
        : { ok: true, digest: untagged(bytesOf(domain)), more: [] };
    }
  }

  function keysUnder(first: Rule, second: Rule, write: (digest: Bytes) => Buffer): SuppressionKeys {
    const at = knownCountry(country);
    const known = normalise(first, value, at);
    if (isRefused(known)) return refused(known.reason);
    const other = normalise(second, value, at);
    const digest = bytesOf(known);
    const otherDigest = isRefused(other) ? digest : bytesOf(other);
    return {
      ok: true,
      digest: write(digest),
      more: otherDigest === digest ? [] : [write(otherDigest)],
    };
  }
}

function refused(reason: UnusableReason): SuppressionKeys {
  return { ok: false, reason, sentence: UNUSABLE_REASONS[reason] };
}
