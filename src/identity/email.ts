/**
 * E-mail addresses, from what databases hold to what platforms hash.
 *
 * Meta: trim, lowercase (Marketing API, "Custom Audiences" guide). X: trim, lowercase (Ads API,
 * "Audience user data"). Google: the same, and for gmail.com and googlemail.com dots and a `+`
 * suffix leave the local part while the domain stays (Data Manager API, "Format user data").
 */
import { passDigests } from './already-hashed.ts';
import { asciiDomain } from './domain.ts';
import { isNobody } from './email-junk.ts';
import { refuse } from './outcome.ts';
import type { Normalised } from './outcome.ts';
import type { Step } from './step.ts';
import { filled, lowered, meant, trimmed, unjoined, visible, width } from './text.ts';

/** RFC 5321 §4.5.3.1.1. */
const LONGEST_LOCAL = 64;
/** What RFC 5322 allows without quotes, letters of any script (RFC 6531), and dots anywhere. */
const LOCAL = /^(?=.*[^.])[\p{L}\p{M}\p{N}.!#$%&'*+/=?^_`{|}~-]+$/u;

/** `"Taro" <a@b>`, `mailto:a@b?subject=…`, `'a@b'`, `a@b (work)`, `a@b;`: until nothing is left to drop. */
const unwrapped: Step = {
  does: 'take the address out of what surrounds it',
  apply: (raw) => {
    let text = raw;
    for (;;) {
      const inner = unwrapOnce(text);
      if (inner === undefined) return refuse('several-values');
      if (inner === text) return text;
      text = inner;
    }
  },
};

function unwrapOnce(text: string): string | undefined {
  const angled = /^([^<]*)<([^<>]*)>[^<>]*$/u.exec(text);
  if (angled !== null) {
    const [, label = '', address = ''] = angled;
    // Mail programs write the address itself where a person has no name.
    const inner = address.trim().replace(/^mailto:/iu, '');
    const named = label.replaceAll(/[\s"'“”‘’]/gu, '').toLowerCase();
    return named.includes('@') && named !== inner.toLowerCase() ? undefined : inner;
  }
  // Quotes around a local part that needs none (RFC 5321 §4.1.2 asks to leave them out): mail
  // programs write them for the carriers' old addresses with dots where RFC 5322 allows none.
  return text
    .replace(/^(?:mailto|smtp|e-?mail|mail|メール)\s*[:=]\s*/iu, '')
    .replace(/(@[^\s?]+)\?.*$/su, '$1')
    .replace(/\s*\([^()@]*\)$/u, '')
    .replace(/^"([^"\\\s@]+)"(?=@)/u, '$1')
    .replace(/^[\s<([{=「『"'“”„‘’`]+|[\s>)\]}」』"'“”‘’`,.;:。、]+$/gu, '');
}

/** Inside the mailbox's name a space cannot be read: dropped, the address could be a stranger's. */
const closedUp: Step = {
  does: 'remove spaces beside the @ and the dots of the domain',
  apply: (text) => {
    const at = text.lastIndexOf('@');
    if (at === -1) return refuse('no-at-sign');
    const local = text.slice(0, at).trimEnd();
    const domain = text.slice(at + 1).replaceAll(/^\s+|\s*([.。])\s*/gu, '$1');
    const address = `${local}@${domain}`;
    if (local.includes('@') && /[\s,;/|、]/u.test(address)) return refuse('several-values');
    return /\s/u.test(address) ? refuse('contains-space') : address;
  },
};

/** Dots in a row or at the end of the mailbox are no fault: carriers gave such addresses out. */
const wellFormed: Step = {
  does: 'write the domain in ASCII (UTS 46)',
  apply: (address) => {
    const at = address.lastIndexOf('@');
    const local = address.slice(0, at);
    if (local.length > LONGEST_LOCAL || !LOCAL.test(local)) return refuse('bad-local-part');
    const domain = asciiDomain(address.slice(at + 1));
    return domain === undefined ? refuse('bad-domain') : `${local}@${domain}`;
  },
};

const somebodys: Step = {
  does: 'leave out addresses that are nobody’s',
  apply: (address) => (isNobody(address) ? refuse('placeholder') : address),
};

export const EMAIL_STEPS: readonly Step[] = [
  visible,
  unjoined,
  width,
  trimmed,
  filled,
  meant,
  unwrapped,
  passDigests,
  closedUp,
  lowered,
  wellFormed,
  somebodys,
];

/** Google's rule for its own mailboxes, after the steps above. */
export const gmail: Step = {
  does: 'drop dots and what follows a + from a Gmail mailbox',
  apply: gmailMailbox,
};

/** @param address normalised. */
export function gmailMailbox(address: string): Normalised {
  if (!address.endsWith('mail.com')) return address;
  const at = address.lastIndexOf('@');
  const domain = address.slice(at);
  if (domain !== '@gmail.com' && domain !== '@googlemail.com') return address;
  const plus = address.indexOf('+');
  const local = address.slice(0, plus === -1 ? at : plus);
  const mailbox = local.includes('.') ? local.replaceAll('.', '') : local;
  return mailbox === '' ? refuse('bad-local-part') : mailbox + domain;
}

/**
 * The address of a raw value that only needs lower case, as nearly all do; undefined leaves it to
 * the steps, of which this is the short form (a property test compares the two).
 */
export function plainAddress(raw: string): string | undefined {
  if (raw.length > LONGEST_LOCAL || !PLAIN.test(raw)) return undefined;
  const address = raw.toLowerCase();
  return isNobody(address) ? undefined : address;
}

// Without the flags i and u, under which [a-z] takes the Kelvin sign and the long s too.
const PLAIN = /^[\dA-Za-z][\dA-Za-z_.+-]*@(?:[\dA-Za-z]+[.-])*[\dA-Za-z]+\.[A-Za-z]{2,}$/;
