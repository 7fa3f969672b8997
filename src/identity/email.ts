/**
 * E-mail addresses, from what databases hold to what platforms hash.
 *
 * Meta: trim, lowercase (Marketing API, "Custom Audiences" guide). X: trim, lowercase (Ads API,
 * "Audience user data"). Google: the same, and for gmail.com and googlemail.com dots and a `+`
 * suffix leave the local part while the domain stays (Data Manager API, "Format user data").
 */
import type { RawEmail } from '../customer/index.ts';
import type { EmailRule } from './types.ts';
import type { Normalised } from './outcome.ts';

/**
 * Full-width letters, ＠ and ideographic spaces are spellings of the same address. Composed twice,
 * since some Greek capitals with two accents have a composed form in lower case alone.
 */
function fold(raw: string): string {
  return raw.normalize('NFKC').trim().toLowerCase().normalize('NFKC');
}

const GMAIL_DOMAINS = new Set(['gmail.com', 'googlemail.com']);

/** The normalised address under a rule, or why there is none. Never throws. */
export function normaliseEmail(raw: RawEmail, rule: EmailRule): Normalised {
  const address = fold(raw);
  if (address === '') return { ok: false, reason: 'empty' };
  if (/\s/u.test(address)) return { ok: false, reason: 'contains-space' };
  const at = address.lastIndexOf('@');
  if (at === -1) return { ok: false, reason: 'no-at-sign' };
  const local = address.slice(0, at);
  const domain = address.slice(at + 1);
  if (local === '' || local.includes('@')) return { ok: false, reason: 'bad-local-part' };
  if (!isDomain(domain)) return { ok: false, reason: 'bad-domain' };
  switch (rule) {
    case 'email_plain':
      return { ok: true, value: address };
    case 'email_google': {
      if (!GMAIL_DOMAINS.has(domain)) return { ok: true, value: address };
      const mailbox = local.replace(/\+.*$/su, '').replaceAll('.', '');
      if (mailbox === '') return { ok: false, reason: 'bad-local-part' };
      return { ok: true, value: `${mailbox}@${domain}` };
    }
  }
}

/** The domain of a usable address, lowercase; undefined where the address is not usable. */
export function emailDomain(raw: RawEmail): string | undefined {
  const plain = normaliseEmail(raw, 'email_plain');
  return plain.ok ? plain.value.slice(plain.value.lastIndexOf('@') + 1) : undefined;
}

/** Two labels or more, none empty; letters of any script, since domains may be written in them. */
function isDomain(domain: string): boolean {
  return (
    domain.length <= 253 &&
    /^[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?(?:\.[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?)+$/u.test(
      domain,
    )
  );
}
