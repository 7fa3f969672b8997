/** One customer's contact details → digests under every rule, and why values were left out. */
import { digestBytes } from './digest.ts';
import { emailDomain } from './email.ts';
import { RULES } from './rules.ts';
import type { RawEmail, RawPhone } from '../customer/index.ts';
import type { IdentifierKind, IdentityRule } from './types.ts';

export interface Contact {
  readonly emails: readonly RawEmail[];
  readonly phones: readonly RawPhone[];
  /** ISO alpha-2, or null where it is not known. */
  readonly country: string | null;
}

export interface ComputedIdentity {
  /** 32-byte digests per rule, each once, in the order of the customer's values. */
  readonly digests: Readonly<Record<IdentityRule, readonly Buffer[]>>;
  readonly emailDomains: readonly Buffer[];
  /** `kind:reason`, one for each value that could not be used. */
  readonly unusable: readonly string[];
}

/** Never throws: a value that cannot be used is left out with its reason. */
export function computeIdentity(contact: Contact): ComputedIdentity {
  const unusable: string[] = [];
  const values: Record<IdentifierKind, readonly string[]> = {
    email: contact.emails,
    phone: contact.phones,
  };
  const collect = (rule: IdentityRule, report: boolean): Buffer[] => {
    const { kind, normalise } = RULES[rule];
    const texts = new Set<string>();
    for (const raw of values[kind]) {
      const normalised = normalise(raw, contact.country);
      if (normalised.ok) texts.add(normalised.value);
      else if (report) unusable.push(`${kind}:${normalised.reason}`);
    }
    return [...texts].map(digestBytes);
  };
  // A kind's rules refuse the same values, but for a mailbox that is empty under Google's rule
  // alone, so the first of each kind reports.
  const digests = {
    email_plain: collect('email_plain', true),
    email_google: collect('email_google', false),
    phone_e164: collect('phone_e164', true),
    phone_digits: collect('phone_digits', false),
  } satisfies Record<IdentityRule, Buffer[]>;
  const domains = new Set(contact.emails.map(emailDomain).filter((domain) => domain !== undefined));
  return { digests, emailDomains: [...domains].map(digestBytes), unusable };
}
