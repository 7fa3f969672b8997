import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BIRTH_DATE, META, normalise } from '../../src/identity/rules.ts';
import { answerOf } from '../support/identity-answer.ts';

describe('a birth date', () => {
  it.each([
    '1990-01-31',
    '1990/1/31',
    '1990.01.31',
    '19900131',
    '31.01.1990',
    '31/01/1990',
    '01/31/1990',
    '1990年1月31日',
    '1990年1月31日(水)',
    '１９９０／１／３１',
    '平成2年1月31日',
    'H2.1.31',
    'H020131',
    'Jan 31, 1990',
    '31 January 1990',
    '31st jan. 1990',
    '1990-01-31T00:00:00Z',
    '1990-01-31 00:00:00.000',
    "'1990-01-31",
  ])('written %s is 31 January 1990', (raw) => {
    expect(answerOf(BIRTH_DATE, raw)).toBe('1990-01-31');
    expect(answerOf(META.DOBY, raw)).toBe('1990');
    expect(answerOf(META.DOBM, raw)).toBe('01');
    expect(answerOf(META.DOBD, raw)).toBe('31');
  });

  it.each([
    ['昭和55年1月31日', '1980-01-31'],
    ['S55.1.31', '1980-01-31'],
    ['㍼55年1月31日', '1980-01-31'],
    ['昭和64年1月7日', '1989-01-07'],
    ['平成元年1月8日', '1989-01-08'],
    ['令和元年5月1日', '2019-05-01'],
    ['大正15年12月24日', '1926-12-24'],
    ['29.2.2000', '2000-02-29'],
    ['05/05/1990', '1990-05-05'],
  ])('written %s is %s', (raw, day) => {
    expect(answerOf(BIRTH_DATE, raw)).toBe(day);
  });

  it.each([
    ['', 'empty'],
    ['01/02/1990', 'ambiguous-date'],
    ['1990-02-30', 'impossible-date'],
    ['1900-02-29', 'impossible-date'],
    ['1990-13-01', 'impossible-date'],
    ['1899-12-31', 'impossible-date'],
    ['2101-01-01', 'impossible-date'],
    ['0000-00-00', 'impossible-date'],
    ['昭和64年1月8日', 'impossible-date'],
    ['令和元年4月30日', 'impossible-date'],
    ['1990-01-30T15:00:00Z', 'not-a-date'],
    ['90/1/31', 'not-a-date'],
    ['32904', 'not-a-date'],
    ['January', 'not-a-date'],
    ['1900-01-01', 'placeholder'],
    ['不明', 'placeholder'],
  ])('written %j is left out: %s', (raw, reason) => {
    expect(answerOf(BIRTH_DATE, raw)).toBe(`✗ ${reason}`);
  });

  it('is read from every day there was, and from no other', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1890, max: 2110 }),
        fc.integer({ min: 0, max: 13 }),
        fc.integer({ min: 0, max: 32 }),
        fc.constantFrom('-', '/'),
        (year, month, day, sign) => {
          const [y, m, d] = [year, month, day].map((part) => String(part).padStart(2, '0'));
          const date = new Date(Date.UTC(year, month - 1, day));
          const there = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
          const wanted = there && year >= 1900 && year <= 2100 && `${y}-${m}-${d}` !== '1900-01-01';
          const read = normalise(BIRTH_DATE, [y, m, d].join(sign), null);
          expect(read === `${y}-${m}-${d}`).toBe(wanted);
        },
      ),
      { numRuns: 5000 },
    );
  });
});

describe('a part of a birth date, alone in its column', () => {
  it.each([
    [META.DOBY, ' 1990 ', '1990'],
    [META.DOBY, '90', '✗ not-a-date'],
    [META.DOBM, '3', '03'],
    [META.DOBM, 'September', '09'],
    [META.DOBM, 'sept', '09'],
    [META.DOBM, '13', '✗ not-a-date'],
    [META.DOBM, 'notamonth', '✗ not-a-date'],
    [META.DOBD, ' 05 ', '05'],
    [META.DOBD, '32', '✗ not-a-date'],
  ])('is read: %#', (rule, raw, text) => {
    expect(answerOf(rule, raw)).toBe(text);
  });
});

describe('a gender', () => {
  it.each([
    ['Male', 'm'],
    ['F', 'f'],
    ['男', 'm'],
    ['女性', 'f'],
    ['１', 'm'],
    ['2', 'f'],
    ['0', '✗ not-m-or-f'],
    ['other', '✗ not-m-or-f'],
    ['', '✗ empty'],
  ])('written %s is %s', (raw, text) => {
    expect(answerOf(META.GEN, raw)).toBe(text);
  });
});
