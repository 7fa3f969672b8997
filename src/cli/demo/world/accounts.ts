/** Which ad platforms know the people of the made-up world, and by what. */
import { hash } from 'node:crypto';
import type { Person } from './people.ts';
import { drawer } from './random.ts';
import type { Draw } from './random.ts';

export type Platform = 'meta' | 'google' | 'x';

export interface PlatformAccount {
  readonly platform: Platform;
  /** `<platform>:<customer id>`. */
  readonly user: string;
  /** SHA-256, lowercase hex, of each contact detail that the platform knows: at least one. */
  readonly digests: readonly string[];
}

/** Chances that a platform knows a contact detail of somebody who has an account there. */
const KNOWN = { email: 0.85, secondEmail: 0.35, phone: 0.6 } as const;

interface Rules {
  /** The chance that a person has an account. */
  readonly rate: (person: Person) => number;
  readonly email: (clean: string) => string;
  readonly phone: (e164: string) => string;
}

const lowercase = (email: string): string => email.trim().toLowerCase();

/**
 * The forms that platforms document, written here a second time and from clean values: a match is
 * earned only by reading the shop's spellings right. Meta: Marketing API, "Custom Audiences".
 * Google: Data Manager API, "Format user data". X: Ads API, "Audience user data", "Conversions".
 */
const RULES: Readonly<Record<Platform, Rules>> = {
  meta: { rate: () => 0.66, email: lowercase, phone: (e164) => e164.replace('+', '') },
  google: { rate: () => 0.72, email: googleMailbox, phone: (e164) => e164 },
  // Younger people more: 38 % of those born in 1983, 1 point a year.
  x: {
    rate: ({ birthDate }) => 0.38 + 0.01 * (Number(birthDate.slice(0, 4)) - 1983),
    email: lowercase,
    phone: (e164) => e164,
  },
};
const PLATFORMS: readonly Platform[] = ['meta', 'google', 'x'];

/** The accounts of a person; none for somebody who has no contact detail. */
export function platformAccounts(seed: string, person: Person): PlatformAccount[] {
  return PLATFORMS.flatMap((platform) => {
    const draw = drawer(seed, 'account', platform, person.customerId);
    const rules = RULES[platform];
    if (draw('has one') >= rules.rate(person)) return [];
    const digests = knownDetails(person, rules, draw).map((text) => hash('sha256', text, 'hex'));
    return digests.length === 0
      ? []
      : [{ platform, user: `${platform}:${person.customerId}`, digests }];
  });
}

/** An account needs one contact detail: where chance leaves none, it is the first that there is. */
function knownDetails(person: Person, rules: Rules, draw: Draw): string[] {
  const details = [
    { value: person.email, form: rules.email, known: draw('e-mail') < KNOWN.email },
    { value: person.phone, form: rules.phone, known: draw('phone') < KNOWN.phone },
    {
      value: person.secondEmail,
      form: rules.email,
      known: draw('second e-mail') < KNOWN.secondEmail,
    },
  ].flatMap(({ value, form, known }) => (value === null ? [] : [{ text: form(value), known }]));
  const known = details.filter((detail) => detail.known);
  return (known.length === 0 ? details.slice(0, 1) : known).map(({ text }) => text);
}

function googleMailbox(email: string): string {
  const [local = '', domain = ''] = lowercase(email).split('@');
  if (domain !== 'gmail.com' && domain !== 'googlemail.com') return `${local}@${domain}`;
  const [mailbox = ''] = local.split('+');
  return `${mailbox.replaceAll('.', '')}@${domain}`;
}
