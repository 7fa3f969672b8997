/** The table of rules: how each kind of identifier becomes text to hash. */
import { normaliseEmail } from './email.ts';
import type { Normalised } from './outcome.ts';
import { normalisePhone } from './phone.ts';
import type { RawEmail, RawPhone } from '../customer/index.ts';
import type { IdentifierKind, IdentityRule } from './types.ts';

interface Rule {
  readonly kind: IdentifierKind;
  readonly normalise: (raw: string, country: string | null) => Normalised;
}

export const RULES: Readonly<Record<IdentityRule, Rule>> = {
  email_plain: {
    kind: 'email',
    normalise: (raw) => normaliseEmail(raw as RawEmail, 'email_plain'),
  },
  email_google: {
    kind: 'email',
    normalise: (raw) => normaliseEmail(raw as RawEmail, 'email_google'),
  },
  phone_e164: {
    kind: 'phone',
    normalise: (raw, country) => normalisePhone(raw as RawPhone, 'phone_e164', country),
  },
  phone_digits: {
    kind: 'phone',
    normalise: (raw, country) => normalisePhone(raw as RawPhone, 'phone_digits', country),
  },
};
