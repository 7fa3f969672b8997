/** Who the customers of the made-up world really are. */
import { hash } from 'node:crypto';
import { NAMES } from './names.ts';
import type { Country, Name } from './names.ts';
import { makePhone } from './phone-plan.ts';
import { PLACES } from './places.ts';
import { digits, drawer, pick, pickWeighted } from './random.ts';
import type { Choices, Draw } from './random.ts';

export interface Person {
  readonly customerId: string;
  readonly country: Country;
  readonly gender: 'female' | 'male';
  readonly firstName: Name;
  readonly lastName: Name;
  /** Lowercase, as the person registers it elsewhere; null where they gave none to the shop. */
  readonly email: string | null;
  readonly secondEmail: string | null;
  /** E.164, or null where they gave none to the shop. */
  readonly phone: string | null;
  readonly city: string;
  readonly region: string;
  readonly postalCode: string;
  /** `YYYY-MM-DD`. */
  readonly birthDate: string;
}

const COUNTRIES: Choices<readonly [Country, number]> = [
  ['JP', 75],
  ['US', 12],
  ['DE', 4],
  ['FR', 4],
  ['GB', 3],
  ['KR', 1],
  ['BR', 1],
];

/** 6 % gave no e-mail, 12 % no phone, 1 % neither. */
const GIVEN: Choices<readonly [{ readonly email: boolean; readonly phone: boolean }, number]> = [
  [{ email: true, phone: true }, 83],
  [{ email: true, phone: false }, 11],
  [{ email: false, phone: true }, 5],
  [{ email: false, phone: false }, 1],
];
const SECOND_EMAIL = 0.12;

/**
 * Reserved domains alone (RFC 2606, JPRS), and Gmail's, whose addresses Google reads by a rule of
 * its own. Every mailbox name holds the customer's id, so that it is nobody's.
 */
const DOMAINS: Readonly<Record<'japan' | 'google-mail' | 'elsewhere', Choices<Weighted>>> = {
  japan: [
    ['gmail.com', 45],
    ['example.jp', 20],
    ['example.ne.jp', 20],
    ['example.com', 15],
  ],
  'google-mail': [
    ['gmail.com', 40],
    ['googlemail.com', 10],
    ['example.com', 30],
    ['example.org', 20],
  ],
  elsewhere: [
    ['gmail.com', 55],
    ['example.com', 25],
    ['example.net', 20],
  ],
};
type Weighted = readonly [string, number];
const WORK_DOMAINS: Choices<string> = ['example.co.jp', 'office.example', 'univ.example'];

/** The person behind a customer id; the same for the same seed, whoever else there is. */
export function makePerson(seed: string, customerId: string): Person {
  const draw = drawer(seed, 'person', customerId);
  const country = pickWeighted(COUNTRIES, draw('country'));
  const gender = draw('gender') < 0.55 ? 'female' : 'male';
  const firstName = pick(NAMES[country][gender], draw('first name'));
  const lastName = pick(NAMES[country].family, draw('last name'));
  const given = pickWeighted(GIVEN, draw('given'));
  const mailbox = pick(MAILBOXES, draw('mailbox'))(firstName.roman, lastName.roman);
  const tag = mailboxTag(customerId);
  const place = pick(PLACES[country], draw('place'));
  return {
    customerId,
    country,
    gender,
    firstName,
    lastName,
    email: given.email
      ? `${mailbox}.${tag}@${pickWeighted(DOMAINS[market(country)], draw('domain'))}`
      : null,
    secondEmail:
      given.email && draw('second e-mail') < SECOND_EMAIL
        ? `${lastName.roman}-${tag}@${pick(WORK_DOMAINS, draw('work domain'))}`
        : null,
    phone: given.phone ? makePhone(country, draw('phone block'), draw('phone')) : null,
    city: place.city,
    region: place.region,
    postalCode: place.postal.replace(/#+/gu, (run) => digits(run.length, draw('postal'))),
    birthDate: birthDate(draw),
  };
}

const MAILBOXES: Choices<(first: string, last: string) => string> = [
  (first, last) => `${first}.${last}`,
  (first, last) => `${last}.${first}`,
  (first, last) => `${first.slice(0, 1)}.${last}`,
  (first, last) => `${last}${first}`,
];

function market(country: Country): keyof typeof DOMAINS {
  if (country === 'JP') return 'japan';
  return country === 'DE' || country === 'GB' ? 'google-mail' : 'elsewhere';
}

/** The customer's id as part of a mailbox name; ids that are none are hashed. */
function mailboxTag(customerId: string): string {
  const [, letters, number] = /^([a-z]{0,3})-?(\d{1,12})$/u.exec(customerId) ?? [];
  return number === undefined
    ? hash('sha256', customerId, 'hex').slice(0, 12)
    : `${letters ?? ''}${number}`;
}

/** Born around 1983 (the triangle of two draws), between 1953 and 2012. */
function birthDate(draw: Draw): string {
  const year = 1953 + Math.floor(30 * (draw('birth year') + draw('birth year, again')));
  const month = 1 + Math.floor(12 * draw('birth month'));
  const day = 1 + Math.floor(28 * draw('birth day'));
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
