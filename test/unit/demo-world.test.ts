import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  asRecorded,
  chance,
  customerId,
  makePerson,
  platformAccounts,
} from '../../src/cli/demo/world/index.ts';
import type { Platform } from '../../src/cli/demo/world/index.ts';
import { JUNK } from '../../src/cli/demo/world/recorded.ts';
import {
  beta,
  exponential,
  gamma,
  normal,
  poisson,
  stream,
} from '../../src/cli/demo/world/stream.ts';
import type { Stream } from '../../src/cli/demo/world/stream.ts';
import { hashValue, KEY_RULES } from '../../src/identity/index.ts';
import type { EmailRule, PhoneRule } from '../../src/identity/index.ts';

const SEED = 'a fixed seed';
const ids = Array.from({ length: 6_000 }, (_, index) => customerId(index + 1));
const people = ids.map((id) => makePerson(SEED, id));
const records = people.map((person) => ({ person, record: asRecorded(SEED, person) }));

function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}

function share<T>(items: readonly T[], holds: (item: T) => boolean): number {
  return items.filter(holds).length / items.length;
}

/** How many standard errors a share of that many people lies off. */
function off(found: number, wanted: number, of: number): number {
  return Math.abs(found - wanted) / Math.sqrt((wanted * (1 - wanted)) / of);
}

function digestUnder(value: string, rule: EmailRule | PhoneRule, country: string): string {
  const hashed = hashValue(value, rule, country);
  return hashed.ok ? hashed.digest : `${rule}: ${hashed.reason} in ${JSON.stringify(value)}`;
}

const isJunk = (value: string): boolean => [...JUNK.email, ...JUNK.phone].some((j) => j === value);

describe('chance', () => {
  it('is the first 48 bits of the SHA-256 of the seed and the parts with their lengths', () => {
    const bits = Number.parseInt(sha256('4:seed1:a2:bc').slice(0, 12), 16);
    expect(chance('seed', 'a', 'bc')).toBe(bits / 2 ** 48);
  });

  it('keeps keys apart whose parts join to the same text', () => {
    expect(chance('seed', 'ab', 'c')).not.toBe(chance('seed', 'a', 'bc'));
    expect(chance('seed', 'a', 'b')).not.toBe(chance('seeda', 'b'));
  });
});

describe('a stream', () => {
  it.each<readonly [string, (next: Stream) => number, number, number]>([
    ['uniform', (next) => next(), 1 / 2, 1 / 12],
    ['normal', normal, 0, 1],
    ['exponential', (next) => exponential(next, 2), 2, 4],
    ['gamma above shape 1', (next) => gamma(next, 2.5, 2), 5, 10],
    ['gamma below shape 1', (next) => gamma(next, 0.4, 2), 0.8, 1.6],
    ['beta', (next) => beta(next, 2, 3), 0.4, 0.04],
    ['Poisson', (next) => poisson(next, 1.5), 1.5, 1.5],
  ])('gives %s draws of the right mean and variance', (name, draw, mean, variance) => {
    const next = stream(SEED, name);
    const draws = Array.from({ length: 60_000 }, () => draw(next));
    const found = draws.reduce((sum, value) => sum + value, 0) / draws.length;
    const spread = draws.reduce((sum, value) => sum + (value - found) ** 2, 0) / draws.length;
    expect(Math.abs(found - mean)).toBeLessThan(0.02 * Math.sqrt(variance));
    expect(Math.abs(spread / variance - 1)).toBeLessThan(0.06);
  });
});

describe('people', () => {
  it('are the same for a seed, in any order, and others for another seed', () => {
    const backwards = ids.slice(0, 50).toReversed();
    expect(backwards.map((id) => makePerson(SEED, id)).toReversed()).toEqual(people.slice(0, 50));
    expect(makePerson('another seed', ids[0] ?? '')).not.toEqual(people[0]);
  });

  it('live mostly in Japan, with others in the EEA, Britain and beyond', () => {
    const inCountry = (...countries: string[]): number =>
      share(people, ({ country }) => countries.includes(country));
    expect(off(inCountry('JP'), 0.75, people.length)).toBeLessThan(4);
    expect(off(inCountry('US'), 0.12, people.length)).toBeLessThan(4);
    expect(off(inCountry('DE', 'FR'), 0.08, people.length)).toBeLessThan(4);
    expect(off(inCountry('GB'), 0.03, people.length)).toBeLessThan(4);
    expect(off(inCountry('KR', 'BR'), 0.02, people.length)).toBeLessThan(4);
  });

  it('sometimes gave the shop no e-mail, no phone or neither', () => {
    expect(
      off(
        share(people, ({ email }) => email === null),
        0.06,
        people.length,
      ),
    ).toBeLessThan(4);
    expect(
      off(
        share(people, ({ phone }) => phone === null),
        0.12,
        people.length,
      ),
    ).toBeLessThan(4);
    const neither = share(people, ({ email, phone }) => email === null && phone === null);
    expect(off(neither, 0.01, people.length)).toBeLessThan(4);
  });

  it('have an address of their own that nobody real can have', () => {
    const emails = people.flatMap(({ email, secondEmail }) =>
      [email ?? [], secondEmail ?? []].flat(),
    );
    expect(new Set(emails).size).toBe(emails.length);
    const reserved = /@(?:example\.(?:com|net|org|jp|ne\.jp|co\.jp)|(?:office|univ)\.example)$/;
    const withId = /^[a-z.-]*c\d{6}@(?:gmail|googlemail)\.com$/;
    expect(emails.filter((email) => !reserved.test(email) && !withId.test(email))).toEqual([]);
  });

  it('have phones from ranges that are given to no one', () => {
    const ranges =
      /^\+(?:81[79]00\d{7}|1\d{3}555\d{4}|441632\d{6}|49(?:3023125|4066969|6990009|8999998)\d{3}|33(?:63998|19900|26191|35301|46571|53649)\d{4}|82100\d{7}|55\d\d900\d{6})$/;
    const phones = people.flatMap(({ phone }) => phone ?? []);
    expect(phones.filter((phone) => !ranges.test(phone))).toEqual([]);
  });

  it('keep their address apart for ids of any form', () => {
    const odd = ['1', '00001', 'c-1', 'Ünïq', 'a b', 'A-1', 'a-1', '客1', 'x'.repeat(200)];
    const emails = odd.map((id) => makePerson(SEED, id).email?.replace(/^.*[.-](?=.*@)/u, ''));
    const given = emails.filter((email) => email !== undefined);
    expect(given.length).toBeGreaterThan(6);
    expect(given.filter((email) => !/^[a-z0-9]{1,15}@[a-z.]+$/.test(email))).toEqual([]);
    expect(new Set(given.map((email) => email.split('@')[0])).size).toBe(given.length);
  });
});

describe('records', () => {
  it('are the same for a seed', () => {
    expect(people.slice(0, 50).map((person) => asRecorded(SEED, person))).toEqual(
      records.slice(0, 50).map(({ record }) => record),
    );
  });

  it('hold the phone in spellings that all normalise back to the number', () => {
    const wrong = records.flatMap(({ person: { phone }, record }) => {
      if (phone === null || isJunk(record.phone)) return [];
      const e164 = digestUnder(record.phone, 'phone_e164', record.country);
      const plain = digestUnder(record.phone, 'phone_digits', record.country);
      return e164 === sha256(phone) && plain === sha256(phone.slice(1)) ? [] : [record.phone];
    });
    expect(wrong).toEqual([]);
  });

  it('hold e-mails in spellings that all normalise back: Gmail mailboxes under Google’s rule', () => {
    let otherMailboxNames = 0;
    const wrong = records.flatMap(({ person, record }) =>
      (
        [
          [person.email, record.email],
          [person.secondEmail, record.email_2],
        ] as const
      ).flatMap(([clean, value]) => {
        if (clean === null || isJunk(value)) return [];
        const [local = '', domain = ''] = clean.split('@');
        const gmail = domain === 'gmail.com' || domain === 'googlemail.com';
        const mailbox = gmail ? `${local.replaceAll('.', '')}@${domain}` : clean;
        if (digestUnder(value, 'email_google', record.country) !== sha256(mailbox)) return [value];
        if (digestUnder(value, 'email_plain', record.country) === sha256(clean)) return [];
        otherMailboxNames += 1;
        return gmail ? [] : [value];
      }),
    );
    expect(wrong).toEqual([]);
    expect(otherMailboxNames / records.length).toBeGreaterThan(0.03);
    expect(otherMailboxNames / records.length).toBeLessThan(0.08);
  });

  it('are messy in every way that customer databases are', () => {
    const values = records.flatMap(({ record }) => [record.email, record.email_2, record.phone]);
    const spellings = [
      /^[A-Z0-9.+-]+@[A-Z.]+$/, // upper case
      /^ .*@.* $/, // spaces around
      /@.*\u{3000}$/u, // an ideographic space
      /[a-z]＠[a-z]/, // a full-width at sign
      /[a-z][０-９]+@[a-z]/, // full-width digits in an address
      /^[！-～]+＠[！-～]+$/, // all of it full-width
      /\+shop@gmail\.com/, // a tag
      /^0[79]0-0\d{3}-\d{4}$/,
      /^0[79]0‐0/,
      /^0[79]0－0/,
      /^0[79]0ー0/,
      /^0[79]0−0/,
      /^0[79]00\d{7}$/,
      /^０[７９]０/,
      /^0[79]0\u{3000}0/u,
      /^\(0[79]0\)0/,
      /^\+81 \(0\)[79]0-0/,
      /^＋81/,
      /^[79]00\d{7}$/, // the leading 0 lost
      /^\+8190/,
    ];
    expect(spellings.filter((spelling) => !values.some((value) => spelling.test(value)))).toEqual(
      [],
    );
  });

  it('hold 3 % of junk, which no rule can use', () => {
    expect(
      off(
        share(records, ({ record }) => isJunk(record.email)),
        0.03,
        records.length,
      ),
    ).toBeLessThan(4);
    expect(
      off(
        share(records, ({ record }) => isJunk(record.phone)),
        0.03,
        records.length,
      ),
    ).toBeLessThan(4);
    for (const country of ['JP', 'US', 'GB', 'DE', 'FR', 'KR', 'BR']) {
      for (const rule of [...KEY_RULES.email, ...KEY_RULES.phone]) {
        const values = rule.startsWith('email') ? JUNK.email : JUNK.phone;
        const usable = values.filter((value) => hashValue(value, rule, country).ok);
        expect(usable, `${rule} in ${country}`).toEqual([]);
      }
    }
  });
});

describe('accounts', () => {
  const reachable = people.filter(({ email, phone }) => email !== null || phone !== null);
  const accounts = people.map((person) => ({ person, found: platformAccounts(SEED, person) }));
  const on = (platform: Platform): typeof accounts =>
    accounts.filter(({ found }) => found.some((account) => account.platform === platform));

  it('are as common as on the platforms, on X more among the younger', () => {
    const rate = (platform: Platform): number => on(platform).length / reachable.length;
    expect(off(rate('meta'), 0.66, reachable.length)).toBeLessThan(4);
    expect(off(rate('google'), 0.72, reachable.length)).toBeLessThan(4);
    expect(off(rate('x'), 0.375, reachable.length)).toBeLessThan(4);
    const born1990s = on('x').filter(({ person }) => person.birthDate >= '1990').length;
    const older = on('x').length - born1990s;
    const younger = reachable.filter(({ birthDate }) => birthDate >= '1990').length;
    expect(born1990s / younger).toBeGreaterThan((1.3 * older) / (reachable.length - younger));
  });

  it('carry only digests of the person’s own details in the platform’s form, and at least one', () => {
    for (const { person, found } of accounts) {
      for (const { platform, user, digests } of found) {
        const email: EmailRule = platform === 'google' ? 'email_google' : 'email_plain';
        const phone: PhoneRule = platform === 'meta' ? 'phone_digits' : 'phone_e164';
        const own = [
          ...[person.email, person.secondEmail].map((value) => [value, email] as const),
          [person.phone, phone] as const,
        ].flatMap(([value, rule]) =>
          value === null ? [] : [digestUnder(value, rule, person.country)],
        );
        expect(user).toBe(`${platform}:${person.customerId}`);
        expect(digests.length).toBeGreaterThan(0);
        expect(digests.filter((digest) => !own.includes(digest))).toEqual([]);
      }
    }
  });

  it('know an e-mail more often than a phone', () => {
    const both = on('google').filter(
      ({ person }) => person.email !== null && person.phone !== null,
    );
    const known = (rule: EmailRule | PhoneRule, pick: 'email' | 'phone'): number =>
      share(both, ({ person, found }) =>
        found.some(
          ({ platform, digests }) =>
            platform === 'google' &&
            digests.includes(digestUnder(person[pick] ?? '', rule, person.country)),
        ),
      );
    expect(off(known('phone_e164', 'phone'), 0.6, both.length)).toBeLessThan(4);
    // Who would be known by nothing (15 % · 40 %, less those with a second address) is by e-mail.
    expect(
      off(known('email_google', 'email'), 0.85 + 0.15 * 0.4 * (1 - 0.12 * 0.35), both.length),
    ).toBeLessThan(4);
  });

  it('are none for somebody who gave no contact detail', () => {
    const silent = people.filter(({ email, phone }) => email === null && phone === null);
    expect(silent.length).toBeGreaterThan(0);
    expect(silent.flatMap((person) => platformAccounts(SEED, person))).toEqual([]);
  });
});
