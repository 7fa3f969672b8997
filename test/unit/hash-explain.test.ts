import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { explanationText } from '../../src/cli/hash-text.ts';
import { hasherFor } from '../../src/services/hash-identifiers.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('an explanation', () => {
  it('names each rule that changed the value, with the text after it', () => {
    const answer = hasherFor('meta', { explain: true })({
      field: 'phone',
      value: '携帯：０９０ー1234ー5678 内線12',
      country: '+81',
    });
    expect(answer).toEqual({
      field: 'phone',
      hash: sha256('819012345678'),
      normalized: '819012345678',
      steps: [
        {
          rule: 'read full-width and half-width characters as ordinary ones (Unicode NFKC)',
          text: '携帯:090ー1234ー5678 内線12',
        },
        { rule: 'read every kind of hyphen as one', text: '携帯:090-1234-5678 内線12' },
        { rule: 'take the number out of the words around it', text: '090-1234-5678' },
        { rule: 'write it in E.164: country code and national number', text: '+819012345678' },
        { rule: 'drop the plus', text: '819012345678' },
      ],
    });
  });

  it('has the steps up to the one that refused', () => {
    const answer = hasherFor('x', { explain: true })({ field: 'email', value: ' Test@Test.com ' });
    expect(answer).toMatchObject({ hash: '', error: expect.stringContaining('placeholder') });
    expect(answer.steps?.at(-1)?.text).toBe('test@test.com');
  });

  it('is not there where nobody asked', () => {
    expect(hasherFor('meta')({ field: 'email', value: 'A@b.jp' })).toEqual({
      field: 'email',
      hash: sha256('a@b.jp'),
      normalized: 'a@b.jp',
    });
  });

  it('reads for people as a line a step', () => {
    const request = { field: 'EMAIL', value: 'A@b.jp' };
    const text = explanationText(request, hasherFor('meta', { explain: true })(request));
    expect(text.split('\n')).toEqual([
      'EMAIL  A@b.jp',
      '    lower case  →  a@b.jp',
      `    SHA-256     →  ${sha256('a@b.jp')}`,
    ]);
    const short = explanationText(request, hasherFor('meta')(request));
    expect(short).toContain('normalised  →  a@b.jp');
  });
});

describe('a field', () => {
  const meta = hasherFor('meta');
  const google = hasherFor('google');
  const x = hasherFor('x');

  it.each([
    [google, 'firstName', ' Mr. Alex ', 'alex'],
    [google, 'first_name', ' Mr. Alex ', 'alex'],
    [google, 'givenName', 'Alex', 'alex'],
    [google, 'familyName', 'Quinn Jr.', 'quinn'],
    [google, 'emailAddress', 'a.b@gmail.com', 'ab@gmail.com'],
    [google, 'phoneNumber', '+1 800 555 0100', '+18005550100'],
    [x, 'phone_number', '+1 800 555 0100', '+18005550100'],
    [x, 'phone', '+1 800 555 0100', '+18005550100'],
    [x, 'x_handle', '@AdsAPI', 'adsapi'],
    [x, 'mobile_id', '9774D56D682E549C', '9774d56d682e549c'],
    [meta, 'fn', 'Mary', 'mary'],
    [meta, 'first_name', 'Mary', 'mary'],
    [meta, 'DobM', 'january', '01'],
    [hasherFor('facebook'), 'EMAIL', 'A@b.jp', 'a@b.jp'],
  ])('may be called by our name or the platform’s, in any case: %#', (hash, field, value, text) => {
    expect(hash({ field, value })).toEqual({ field, hash: sha256(text), normalized: text });
  });

  it.each([
    [meta, 'MADID', '4B61639E-47CC-4056-A16A-C8217E029462', '4b61639e-47cc-4056-a16a-c8217e029462'],
    [meta, 'external_id', 'C-1', 'C-1'],
    [google, 'regionCode', 'jp', 'JP'],
    [google, 'postal_code', '〒150-0001', '150-0001'],
    [google, 'userId', 'C-1', 'C-1'],
    [x, 'partner_user_id', 'C-1', 'C-1'],
  ])('that is sent unhashed has its text, and no digest: %#', (hash, field, value, plain) => {
    expect(hash({ field, value })).toEqual({ field, hash: '', plain });
  });

  it('of several parts has a digest for each', () => {
    const part = (field: string, normalized: string) => ({
      field,
      hash: sha256(normalized),
      normalized,
    });
    expect(meta({ field: 'birth_date', value: 'S55.1.31' })).toEqual({
      field: 'birth_date',
      hash: '',
      parts: [part('DOBY', '1980'), part('DOBM', '01'), part('DOBD', '31')],
    });
    expect(meta({ field: 'birth_date', value: '01/02/1990' })).toMatchObject({
      field: 'birth_date',
      error: expect.stringContaining('ambiguous-date'),
    });
  });

  it('that a platform does not take, or nobody knows, is said so without its value', () => {
    expect(google({ field: 'city', value: 'secret' })).toEqual({
      field: 'city',
      hash: '',
      error: 'Google does not take city.',
    });
    const unknown = x({ field: 'secret', value: 'secret' });
    expect(unknown).toMatchObject({ field: null, hash: '' });
    expect(JSON.stringify(unknown)).not.toContain('secret');
    expect(JSON.stringify(unknown)).toContain('twitter_id');
  });
});

describe('a warning', () => {
  it('comes with a number of which Meta’s rule alone makes something', () => {
    const answer = hasherFor('meta')({ field: 'PHONE', value: '510 555 0011' });
    expect(answer).toMatchObject({ normalized: '5105550011', hash: sha256('5105550011') });
    expect(answer).toMatchObject({ warning: expect.stringContaining('never uploads') });
    const known = hasherFor('meta')({ field: 'PHONE', value: '510 555 0011', country: 'US' });
    expect(known).toEqual({
      field: 'PHONE',
      hash: sha256('15105550011'),
      normalized: '15105550011',
    });
  });

  it('comes with a value that was a digest already', () => {
    const hash = sha256('a@b.jp');
    expect(hasherFor('google')({ field: 'email', value: hash.toUpperCase() })).toEqual({
      field: 'email',
      hash,
      warning: expect.stringContaining('digest already'),
    });
  });
});

describe('a country', () => {
  it.each(['US', 'usa', 'United States', 'アメリカ合衆国', '+1', '1', '+1 (default)'])(
    'may be written %s',
    (country) => {
      expect(
        hasherFor('google')({ field: 'phone', value: '(650) 555-1212', country }),
      ).toMatchObject({ normalized: '+16505551212' });
    },
  );
});
