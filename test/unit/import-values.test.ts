import { describe, expect, it } from 'vitest';
import { readMoment } from '../../src/customer/import/moments.ts';
import { readNumber } from '../../src/customer/import/numbers.ts';

describe('a date or time', () => {
  it.each([
    ['2026-11-21', '2026-11-21 00:00:00.000', false],
    ['20261121', '2026-11-21 00:00:00.000', false],
    ['2026/1/5', '2026-01-05 00:00:00.000', false],
    ['2026/11/21 9:05', '2026-11-21 09:05:00.000', false],
    ['2026-11-21 14:05', '2026-11-21 14:05:00.000', false],
    ['2026-11-21T14:05:09.9999', '2026-11-21 14:05:09.999', false],
    ['2026年11月21日', '2026-11-21 00:00:00.000', false],
    ['２０２６年１月５日（月） １４時５分', '2026-01-05 14:05:00.000', false],
    ['2026年1月5日14:05:09', '2026-01-05 14:05:09.000', false],
    ['2024-02-29', '2024-02-29 00:00:00.000', false],
    ['2026-11-21T14:05:00Z', '2026-11-21 14:05:00.000+00:00', true],
    ['2026-11-21 14:05:00.5+0900', '2026-11-21 14:05:00.500+09:00', true],
    ['2026-11-21 14:05:00 UTC', '2026-11-21 14:05:00.000+00:00', true],
    ['2026-11-21 14:05-03', '2026-11-21 14:05:00.000-03:00', true],
  ])('written %s is read', (text, at, exact) => {
    expect(readMoment('purchased_at', text)).toEqual({ ok: true, at, exact });
  });

  it.each([
    ['1997-02-30', 'date-impossible'],
    ['2025-02-29', 'date-impossible'],
    ['1900-02-29', 'date-impossible'],
    ['2026-13-01', 'date-impossible'],
    ['2026-00-10', 'date-impossible'],
    ['0000-01-01', 'date-impossible'],
    ['2026-01-01 24:00', 'date-impossible'],
    ['2026-01-01 10:60', 'date-impossible'],
    ['2026-01-01T10:00+15:00', 'date-impossible'],
    ['11/21/2026', 'date-unreadable'],
    ['2026-11/21', 'date-unreadable'],
    ['令和8年11月21日', 'date-unreadable'],
    ['1790000000', 'date-unreadable'],
    ['yesterday', 'date-unreadable'],
  ])('written %s is refused as %s', (text, code) => {
    expect(readMoment('purchased_at', text)).toMatchObject({ ok: false, code });
  });
});

describe('a number', () => {
  it.each([
    ['0', '0'],
    ['-0.00', '0.00'],
    ['0012.50', '12.50'],
    ['.5', '0.5'],
    ['1,234', '1234'],
    ['1,234,567.89', '1234567.89'],
    ['¥1,234', '1234'],
    ['￥１，２３４', '1234'],
    ['1234円', '1234'],
    ['$ 9.99', '9.99'],
    ['29.330000000000002', '29.330000000000002'],
  ])('written %s is read', (text, value) => {
    expect(readNumber(text, 11)).toMatchObject({ ok: true, value });
  });

  it.each([
    ['-1', 'negative'],
    ['−1,000', 'negative'],
    ['△500', 'negative'],
    ['¥-5', 'negative'],
    ['1,23', 'unreadable'],
    ['1.234,50', 'unreadable'],
    ['12,34,567', 'unreadable'],
    ['1e5', 'unreadable'],
    ['NaN', 'unreadable'],
    ['.', 'unreadable'],
    ['', 'unreadable'],
    ['5 USD', 'unreadable'],
    ['100000000000', 'too-large'],
  ])('written %s is refused as %s', (text, problem) => {
    expect(readNumber(text, 11)).toEqual({ ok: false, problem });
  });

  it('says which currencies its sign can stand for', () => {
    expect(readNumber('€5', 11)).toMatchObject({ currencies: ['EUR'] });
    expect(readNumber('$5', 11)).not.toHaveProperty('currencies');
  });
});
