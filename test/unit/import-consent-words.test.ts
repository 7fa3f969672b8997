import { describe, expect, it } from 'vitest';
import { readPurpose, readStatus } from '../../src/customer/import/consent-words.ts';
import { readNote } from '../../src/customer/import/note.ts';
import { readKind } from '../../src/customer/import/suppression-subject.ts';
import { stillToCome } from '../../src/customer/import/to-come.ts';

const listed = (text: string) => text.split(',').map((word) => word.trim());

describe('a status', () => {
  it.each(
    listed(`granted, GRANTED, Yes, true, 1, 1.0, １, Opt-In, opt in, opt_in,
      CONSENT_GRANTED, Consented., 同意, 同意済み, 許諾, はい, ｵﾌﾟﾄｲﾝ`),
  )('written %s is a yes', (text) => {
    expect(readStatus(text)).toBe('granted');
  });

  it.each(
    listed(`denied, No, false, 0, 0.0, ０, opt-out, OptOut, opt‐out, withdrawn,
      revoked, CONSENT_DENIED, 拒否, 撤回, 同意しない, 不同意, いいえ, 許可しない`),
  )('written %s is a no', (text) => {
    expect(readStatus(text)).toBe('denied');
  });

  it.each(['unknown', 'CONSENT_STATUS_UNSPECIFIED', 'N/A', '不明', '未回答'])(
    'written %s is not known',
    (text) => {
      expect(readStatus(text)).toBe('unknown');
    },
  );

  it.each(['', 'perhaps', '-1', '2', '10', 'not granted', 'yes/no', 'none', '未同意', '同意 拒否'])(
    'written %s is not guessed',
    (text) => {
      expect(readStatus(text)).toBeUndefined();
    },
  );
});

describe('a purpose', () => {
  it.each([
    ['ad_user_data', 'ad_user_data'],
    ['Ad User Data', 'ad_user_data'],
    ['adUserData', 'ad_user_data'],
    ['AD-PERSONALIZATION', 'ad_personalization'],
    ['ad personalisation', 'ad_personalization'],
    ['パーソナライズド広告', 'ad_personalization'],
    ['ﾏｰｹﾃｨﾝｸﾞ', 'marketing'],
    ['Marketing', 'marketing'],
    ['ads', 'ambiguous'],
    ['広告', 'ambiguous'],
    ['newsletter', undefined],
    ['analytics_storage', undefined],
  ])('written %s is %s', (text, purpose) => {
    expect(readPurpose(text)).toBe(purpose);
  });
});

it('reads the kind of a suppression in the spellings of people', () => {
  const texts = ['Customer ID', 'E-Mail', 'メールアドレス', 'TEL', '電話番号', 'ドメイン', 'fax'];
  expect(texts.map(readKind)).toEqual([
    'customer',
    'email',
    'email',
    'phone',
    'phone',
    'domain',
    undefined,
  ]);
});

describe('a note', () => {
  it.each([
    ['asked on 2026-01-05 at 10:30, ticket 10045', 'asked on 2026-01-05 at 10:30, ticket 10045'],
    ['mail from <taro.y+x@example.co.jp>', 'mail from <[address]>'],
    ['ｔａｒｏ＠example.jp wrote', '[address] wrote'],
    ['called from 090-1234-5678', 'called from [phone]'],
    ['０９０－１２３４－５６７８', '[phone]'],
    ['+1 (415) 555-2671 rang', '[phone] rang'],
    ['x'.repeat(300), 'x'.repeat(200)],
    ['  ', 'import'],
    [['a list'], 'import'],
  ])('%j becomes %j', (text, note) => {
    expect(readNote(text, 'import')).toBe(note);
  });
});

describe('a moment', () => {
  const now = new Date('2026-11-21T00:00:00.500Z');
  const isToCome = stillToCome(now, 'America/New_York');

  it.each([
    ['2026-11-21 00:00:00.500+00:00', true, false],
    ['2026-11-21 09:00:00.501+09:00', true, true],
    ['2026-11-20 19:00:00.500', false, false],
    ['2026-11-20 19:00:00.501', false, true],
    ['2027-01-01 00:00:00.000', false, true],
  ])('of %s (with an offset: %s) is still to come: %s', (at, exact, toCome) => {
    expect(isToCome({ ok: true, at, exact })).toBe(toCome);
  });
});
