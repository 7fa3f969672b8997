/** What the shop's database holds about a person: the same values, spelled as people type them. */
import type { Person } from './people.ts';
import { drawer, pick, pickWeighted } from './random.ts';
import type { Choices, Draw } from './random.ts';
import { spellEmail, spellPhone } from './spellings.ts';

/** A line of the customers' import (NDJSON or CSV), under its own column names; '' is no value. */
export interface RecordedCustomer {
  readonly customer_id: string;
  readonly email: string;
  readonly email_2: string;
  readonly phone: string;
  readonly country: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly city: string;
  readonly region: string;
  readonly postal_code: string;
  readonly birth_date: string;
  readonly gender: string;
}

const JUNK_RATE = 0.03;

/** What stands in a field that had to be filled with something. None of it can be used. */
export const JUNK = {
  email: [
    'なし',
    'none',
    '-',
    'N/A',
    '不明',
    'test@',
    '@gmail.com',
    'a@@example.jp',
    'x@localhost',
  ],
  phone: ['なし', 'none', '-', 'N/A', '不明', '0', '090', '03-', '未登録'],
} as const satisfies Record<string, Choices<string>>;

/** The record of a person, in spellings that are the person's own: the same at every call. */
export function asRecorded(seed: string, person: Person): RecordedCustomer {
  const draw = drawer(seed, 'recorded', person.customerId);
  return {
    customer_id: person.customerId,
    email:
      draw('junk e-mail') < JUNK_RATE
        ? pick(JUNK.email, draw('which junk e-mail'))
        : person.email === null
          ? ''
          : spellEmail(person.email, (what) => draw(`e-mail, ${what}`)),
    email_2:
      person.secondEmail === null
        ? ''
        : spellEmail(person.secondEmail, (what) => draw(`second e-mail, ${what}`)),
    phone:
      draw('junk phone') < JUNK_RATE
        ? pick(JUNK.phone, draw('which junk phone'))
        : person.phone === null
          ? ''
          : spellPhone(person.country, person.phone, (what) => draw(`phone, ${what}`)),
    country: draw('country case') < 0.05 ? person.country.toLowerCase() : person.country,
    ...spellNames(person, draw),
    city: person.city,
    region: person.region,
    postal_code: spellPostalCode(person, draw),
    birth_date: pickWeighted(
      [
        [person.birthDate, 70],
        [person.birthDate.replaceAll('-', '/'), 10],
        ['', 20],
      ],
      draw('birth date'),
    ),
    gender: spellGender(person, draw),
  };
}

/** One in twelve Japanese customers filled in the sound of the name. */
function spellNames(
  { firstName, lastName }: Person,
  draw: Draw,
): { first_name: string; last_name: string } {
  const inKana = draw('kana') < 1 / 12;
  return {
    first_name: (inKana ? firstName.kana : null) ?? firstName.written,
    last_name: (inKana ? lastName.kana : null) ?? lastName.written,
  };
}

function spellPostalCode({ country, postalCode }: Person, draw: Draw): string {
  if (country !== 'JP') return postalCode;
  return pickWeighted(
    [
      [postalCode, 75],
      [postalCode.replace('-', ''), 15],
      [`〒${postalCode}`, 10],
    ],
    draw('postal code'),
  );
}

function spellGender({ country, gender }: Person, draw: Draw): string {
  const spelled = draw('gender');
  if (spelled < 0.25) return '';
  if (country === 'JP' && spelled < 0.6) return gender === 'female' ? '女性' : '男性';
  return spelled < 0.8 ? gender : gender.slice(0, 1).toUpperCase();
}
