/** A person's details → keys under every rule, a profile, and why values were left out. */
import type { Contact } from '../customer/index.ts';
import { bytesOf } from './digest.ts';
import type { Bytes } from './digest.ts';
import { domainAndParents } from './domain.ts';
import { gmailMailbox } from './email.ts';
import { isRefused } from './outcome.ts';
import type { Normalised, Refused } from './outcome.ts';
import { textKey } from './keys.ts';
import { knownCountry } from './known-country.ts';
import { keyWriter, untagged } from './pack.ts';
import { profileOf } from './profile.ts';
import { remember } from './remember.ts';
import { GOOGLE, META, X, normalise } from './rules.ts';
import type { Rule } from './rules.ts';
import type { KeyRule } from './types.ts';

export interface ComputedIdentity {
  /** Keys as `keys.ts` lays them out, each once, in the order of the person's values. */
  readonly keys: Readonly<Record<Exclude<KeyRule, 'profile_meta'>, readonly Buffer[]>>;
  readonly profile: Buffer | null;
  /** 32 bytes for the domain of each address, and for each above it of two labels or more. */
  readonly emailDomains: readonly Buffer[];
  /** Two lowercase letters, where the country is the United States and the region one of them. */
  readonly usState: string | null;
  /** `kind:reason`, one for each value that could not be used. */
  readonly unusable: readonly string[];
}

const emailKey = keyWriter('email');
const phoneKey = keyWriter('phone');
const mobileKey = keyWriter('mobile_id');
const handleKey = keyWriter('x_handle');
const xIdKey = keyWriter('x_id');

/** Never throws: a value that cannot be used is left out with its reason. */
export function computeIdentity(person: Contact): ComputedIdentity {
  const unusable: string[] = [];
  const country = knownCountry(person.country);
  const emails = read(META.EMAIL, person.emails, country, unusable);
  const phones = read(GOOGLE.phone, person.phones, country, unusable);
  const mobileIds = read(META.MADID, person.mobileIds, country, unusable);
  // What X takes of these and others do not was reported for the others.
  const xMobileIds = read(X.device_id, person.mobileIds, country, []);
  const handles = read(X.handle, person.xHandles, country, unusable);
  const xIds = read(X.twitter_id, person.xIds, country, unusable);
  const externalIds =
    person.externalId === null
      ? NONE
      : read(META.EXTERN_ID, [person.externalId], country, unusable);
  const { profile, address, usState } = profileOf(person, country, unusable);
  const plain = emails.map(bytesOf);
  const google = googleEmails(emails, plain);
  const emailKeys = keysOf(plain, emailKey);
  return {
    keys: {
      email_plain: emailKeys,
      email_google: google === plain ? emailKeys : keysOf(google, emailKey),
      phone_e164: keysOf(phones.map(bytesOf), phoneKey),
      phone_digits: keysOf(phones.map(withoutPlus), phoneKey),
      mobile_id_plain: textKeys('mobile_id', mobileIds),
      mobile_id_hashed: keysOf(xMobileIds.map(bytesOf), mobileKey),
      x_handle: keysOf(handles.map(bytesOf), handleKey),
      x_id: keysOf(xIds.map(bytesOf), xIdKey),
      external_id: textKeys('external_id', externalIds),
      address_google: address,
    },
    profile,
    emailDomains: domainsOf(emails),
    usState,
    unusable,
  };
}

/** Text to hash or send, or a digest that it was already. */
type Usable = Exclude<Normalised, Refused>;

const NONE: readonly Usable[] = [];
const NO_KEYS: readonly Buffer[] = [];

/** The usable values, each text once; the reasons of the others go to `unusable`. */
function read(
  rule: Rule,
  raws: readonly string[],
  country: string | null,
  unusable: string[],
): readonly Usable[] {
  if (raws.length === 0) return NONE;
  const usable: Usable[] = [];
  for (const raw of raws) {
    const value = normalise(rule, raw, country);
    if (!isRefused(value)) {
      if (!usable.includes(value)) usable.push(value);
    } else if (value.reason !== 'empty') unusable.push(`${rule.kind}:${value.reason}`);
  }
  return usable;
}

function textKeys(kind: 'mobile_id' | 'external_id', ids: readonly Usable[]): readonly Buffer[] {
  if (ids.length === 0) return NO_KEYS;
  return ids.flatMap((id) => (typeof id === 'string' ? [textKey(kind, id)] : []));
}

function withoutPlus(number: Usable): Bytes {
  return bytesOf(typeof number === 'string' ? number.slice(1) : number);
}

/** Two addresses may be one mailbox, and a digest may be of a value that is there too. */
function keysOf(digests: readonly Bytes[], write: (digest: Bytes) => Buffer): readonly Buffer[] {
  if (digests.length === 0) return NO_KEYS;
  const only = digests.length === 1 ? digests[0] : undefined;
  return only === undefined ? Array.from(new Set(digests), write) : [write(only)];
}

/** `plain` itself where no address differs under Google's rule: most are nobody's at Gmail. */
function googleEmails(emails: readonly Usable[], plain: readonly Bytes[]): readonly Bytes[] {
  const mailboxes = emails.map(mailboxOf);
  if (mailboxes.every((mailbox, index) => mailbox === emails[index])) return plain;
  return mailboxes.flatMap((mailbox) => (isRefused(mailbox) ? [] : bytesOf(mailbox)));
}

function mailboxOf(email: Usable): Normalised {
  return typeof email === 'string' ? gmailMailbox(email) : email;
}

/** Few providers serve most people. */
const digestsOfDomain = remember((domain) =>
  domainAndParents(domain).map((name) => untagged(bytesOf(name))),
);

function domainsOf(emails: readonly Usable[]): readonly Buffer[] {
  let domains = NO_KEYS;
  for (const email of emails) {
    if (typeof email !== 'string') continue;
    const own = digestsOfDomain(email.slice(email.lastIndexOf('@') + 1));
    domains = domains.length === 0 ? own : joined(domains, own);
  }
  return domains;
}

function joined(some: readonly Buffer[], others: readonly Buffer[]): readonly Buffer[] {
  return [...some, ...others.filter((other) => !some.some((one) => one.equals(other)))];
}
