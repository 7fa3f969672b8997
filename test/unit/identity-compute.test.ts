import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { RawEmail, RawPhone } from '../../src/customer/index.ts';
import { computeIdentity, digestOf, readKey, readProfile } from '../../src/identity/index.ts';
import type { Contact } from '../../src/customer/index.ts';
import type { Digest } from '../../src/identity/index.ts';
import { bytesOf } from '../../src/identity/digest.ts';
import { addressBytes, keyWriter, packProfile } from '../../src/identity/pack.ts';
import { remember } from '../../src/identity/remember.ts';
import { PROFILE_COLUMNS } from '../../src/identity/types.ts';
import { addressKey, digestKey, profileBytes } from '../support/key-layout.ts';

const NOBODY: Contact = {
  emails: [],
  phones: [],
  mobileIds: [],
  xHandles: [],
  xIds: [],
  externalId: null,
  country: null,
  firstName: null,
  lastName: null,
  city: null,
  region: null,
  postalCode: null,
  birthDate: null,
  gender: null,
};

const emails = (...values: string[]) => values as RawEmail[];
const phones = (...values: string[]) => values as RawPhone[];
const read = (keys: readonly Buffer[]) => keys.map((key) => readKey(key.toString('hex')));
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const ID = '4b61639e-47cc-4056-a16a-c8217e029462';
const TARO: Contact = {
  emails: emails('Ta.Ro@Gmail.com', 'taro@mail.example.co.jp'),
  phones: phones('090-1234-5678', '+81 (0)90 1234 5678', '03ー1234ー5678'),
  mobileIds: [ID.toUpperCase()],
  xHandles: ['@AdsAPI'],
  xIds: ['143567'],
  externalId: 'C-001',
  country: 'JP',
  firstName: 'ﾀﾛｳ',
  lastName: '山田様',
  city: '渋谷区',
  region: '東京都',
  postalCode: '〒150-0001',
  birthDate: '昭和55年1月31日',
  gender: '男性',
};

describe('a person', () => {
  const { keys, profile, emailDomains, usState, unusable } = computeIdentity(TARO);

  it('has keys under every rule, each once and in order', () => {
    const plain = ['ta.ro@gmail.com', 'taro@mail.example.co.jp'].map(sha256);
    expect(read(keys.email_plain).map(({ value }) => value)).toEqual(plain);
    const google = ['taro@gmail.com', 'taro@mail.example.co.jp'].map(sha256);
    expect(read(keys.email_google).map(({ value }) => value)).toEqual(google);
    expect(read(keys.phone_e164)).toEqual([
      { kind: 'phone', value: sha256('+819012345678') },
      { kind: 'phone', value: sha256('+81312345678') },
    ]);
    expect(read(keys.phone_digits).map(({ value }) => value)).toEqual(
      ['819012345678', '81312345678'].map(sha256),
    );
    expect(read(keys.mobile_id_plain)).toEqual([{ kind: 'mobile_id', value: ID }]);
    expect(read(keys.mobile_id_hashed)).toEqual([{ kind: 'mobile_id', value: sha256(ID) }]);
    expect(read(keys.x_handle)).toEqual([{ kind: 'x_handle', value: sha256('adsapi') }]);
    expect(read(keys.x_id)).toEqual([{ kind: 'x_id', value: sha256('143567') }]);
    expect(read(keys.external_id)).toEqual([{ kind: 'external_id', value: 'C-001' }]);
    expect(read(keys.address_google)).toEqual([
      {
        kind: 'profile',
        value: {
          givenName: sha256('タロウ'),
          familyName: sha256('山田'),
          regionCode: 'JP',
          postalCode: '150-0001',
        },
      },
    ]);
    expect(unusable).toEqual([]);
    expect(usState).toBeNull();
  });

  it('has a profile of digests', () => {
    expect(readProfile(profile?.toString('hex') ?? '')).toEqual({
      FN: sha256('タロウ'),
      LN: sha256('山田'),
      CT: sha256('渋谷区'),
      ST: sha256('東京都'),
      ZIP: sha256('1500001'),
      COUNTRY: sha256('jp'),
      DOBY: sha256('1980'),
      DOBM: sha256('01'),
      DOBD: sha256('31'),
      GEN: sha256('m'),
    });
  });

  it('has the domain of each address and those above it', () => {
    expect(emailDomains.map((digest) => digest.toString('hex'))).toEqual(
      ['gmail.com', 'mail.example.co.jp', 'example.co.jp', 'co.jp'].map(sha256),
    );
    const twice = computeIdentity({ ...NOBODY, emails: emails('a@b.jp', 'c@b.jp', 'd@e.b.jp') });
    expect(twice.emailDomains).toHaveLength(2);
  });

  it('is nobody without details', () => {
    expect(computeIdentity(NOBODY)).toEqual({
      keys: Object.fromEntries(Object.keys(keys).map((rule) => [rule, []])),
      profile: null,
      emailDomains: [],
      usState: null,
      unusable: [],
    });
  });
});

describe('what cannot be used', () => {
  it('is left out with a reason each, and takes nothing else along', () => {
    const computed = computeIdentity({
      ...TARO,
      emails: emails('', 'noemail@example.com', 'taro@example.jp', 'taro'),
      phones: phones('00000000000', '090-1234-5678'),
      mobileIds: ['00000000-0000-0000-0000-000000000000'],
      xHandles: ['not a handle'],
      xIds: ['1.4E+17'],
      externalId: 'taro@example.jp',
      firstName: '不明',
      birthDate: '01/02/1990',
      gender: 'other',
      city: ' ',
    });
    expect(computed.unusable).toEqual([
      'email:placeholder',
      'email:no-at-sign',
      'phone:placeholder',
      'mobile_id:zero-id',
      'x_handle:not-a-handle',
      'x_id:rounded-by-spreadsheet',
      'external_id:address-as-id',
      'first_name:placeholder',
      'birth_date:ambiguous-date',
      'gender:not-m-or-f',
    ]);
    expect(computed.keys.email_plain).toHaveLength(1);
    expect(computed.keys.phone_e164).toHaveLength(1);
    expect(computed.keys.address_google).toEqual([]);
    expect(Object.keys(readProfile(computed.profile?.toString('hex') ?? ''))).toEqual([
      'LN',
      'ST',
      'ZIP',
      'COUNTRY',
    ]);
  });

  it('includes a national number where nobody knows the country', () => {
    const { keys, unusable } = computeIdentity({ ...NOBODY, phones: phones('510 555 0011') });
    expect(keys.phone_digits).toEqual([]);
    expect(unusable).toEqual(['phone:country-needed']);
  });

  it('includes a country that could not be read', () => {
    const { profile, unusable } = computeIdentity({
      ...NOBODY,
      country: 'ZZ',
      phones: phones('+819012345678', '090-1234-5678'),
    });
    expect(profile).toBeNull();
    expect(unusable).toEqual(['phone:country-needed', 'country:not-a-country']);
  });

  it.each(['firstName', 'lastName', 'postalCode', 'country'] as const)(
    'leaves no address without its %s',
    (part) => {
      expect(computeIdentity({ ...TARO, [part]: null }).keys.address_google).toEqual([]);
      expect(computeIdentity({ ...TARO, [part]: '' }).keys.address_google).toEqual([]);
    },
  );
});

describe('a value that was hashed before it came', () => {
  it('is its own key under each rule of its kind', () => {
    const digest = sha256('taro@example.jp');
    const { keys, emailDomains } = computeIdentity({
      ...NOBODY,
      emails: emails(digest.toUpperCase(), 'taro@example.jp'),
      phones: phones(digest),
      firstName: digest,
    });
    expect(read(keys.email_plain)).toEqual([{ kind: 'email', value: digest }]);
    expect(read(keys.email_google)).toEqual([{ kind: 'email', value: digest }]);
    expect(read(keys.phone_digits)).toEqual([{ kind: 'phone', value: digest }]);
    expect(emailDomains).toHaveLength(1);
  });
});

describe('a state', () => {
  it.each([
    ['US', 'California', 'ca'],
    ['US', 'ca', 'ca'],
    ['US', 'Bavaria', null],
    ['CA', 'ca', null],
    [null, 'California', null],
    ['us', 'California', 'ca'],
    ['ZZ', 'California', null],
  ])('of %s called %s is %s', (country, region, state) => {
    expect(computeIdentity({ ...NOBODY, country, region }).usState).toBe(state);
  });
});

describe('keys and profiles written from bytes', () => {
  it('are those that are written from hexadecimal digits', () => {
    const digest = fc.stringMatching(/^[\da-f]{64}$/u).map((hex) => hex as Digest);
    fc.assert(
      fc.property(
        digest,
        digest,
        fc.constantFrom('email', 'phone', 'x_handle', 'x_id', 'mobile_id'),
        fc.array(fc.option(digest, { nil: undefined }), { minLength: 10, maxLength: 10 }),
        (one, other, kind, columns) => {
          expect(keyWriter(kind)(bytesOf({ digest: one }))).toEqual(digestKey(kind, one));
          const name = { givenName: one, familyName: other };
          expect(
            addressBytes(bytesOf({ digest: one }), bytesOf({ digest: other }), 'GB', 'M1 1AE'),
          ).toEqual(addressKey({ ...name, regionCode: 'GB', postalCode: 'M1 1AE' }));
          const entries = PROFILE_COLUMNS.map((column, index) => [column, columns[index]] as const);
          expect(
            packProfile(
              columns.map((hex) => (hex === undefined ? undefined : bytesOf({ digest: hex }))),
            ),
          ).toEqual(
            profileBytes(Object.fromEntries(entries.filter(([, hex]) => hex !== undefined))),
          );
        },
      ),
    );
    expect(bytesOf('a')).toBe(bytesOf({ digest: digestOf('a') }));
  });
});

describe('a memory', () => {
  it('gives what was made, makes it once, and lets go when it is full', () => {
    let made = 0;
    const twice = remember((text) => {
      made += 1;
      return text + text;
    });
    expect([twice('a'), twice('a'), twice('b')]).toEqual(['aa', 'aa', 'bb']);
    expect(made).toBe(2);
    for (let index = 0; index < 40_000; index += 1) twice(String(index));
    expect(twice('a')).toBe('aa');
    expect(made).toBe(40_003);
    const long = 'x'.repeat(100);
    expect([twice(long), twice(long)]).toEqual([long + long, long + long]);
    expect(made).toBe(40_005);
  });
});
