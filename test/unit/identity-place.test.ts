import { describe, expect, it } from 'vitest';
import { GOOGLE, META } from '../../src/identity/rules.ts';
import { answerOf } from '../support/identity-answer.ts';

describe('a place', () => {
  it.each([
    ['New York', 'newyork'],
    ['los_angeles', 'losangeles'],
    ['St. Louis', 'stlouis'],
    ['São Paulo', 'sãopaulo'],
    ['渋谷区', '渋谷区'],
    ['大阪市　北区', '大阪市北区'],
    ['ﾖｺﾊﾏ', 'ヨコハマ'],
    ['101', '✗ no-letters'],
    ['不明', '✗ placeholder'],
  ])('that is the city %s is %s', (raw, text) => {
    expect(answerOf(META.CT, raw)).toBe(text);
  });

  it.each([
    ['California', 'US', 'ca'],
    ['CA', 'US', 'ca'],
    ['US-CA', 'US', 'ca'],
    ['new york', null, 'ny'],
    ['Washington, D.C.', 'US', 'dc'],
    ['California', 'MX', 'california'],
    ['Georgia', 'GE', 'georgia'],
    ['Bavaria', null, 'bavaria'],
    ['東京都', 'JP', '東京都'],
  ])('that is the region %s of %s is %s', (raw, country, text) => {
    expect(answerOf(META.ST, raw, country)).toBe(text);
  });

  it.each([
    ['US', 'us', 'US'],
    [' jp ', 'jp', 'JP'],
    ['U.S.', 'us', 'US'],
    ['UK', 'gb', 'GB'],
    ['USA', '✗ not-a-country', '✗ not-a-country'],
    ['United States', '✗ not-a-country', '✗ not-a-country'],
    ['ZZ', '✗ not-a-country', '✗ not-a-country'],
    ['日本', '✗ not-a-country', '✗ not-a-country'],
  ])('that is the country %s is %s for Meta and %s for Google', (raw, meta, google) => {
    expect(answerOf(META.COUNTRY, raw)).toBe(meta);
    expect(answerOf(GOOGLE.regionCode, raw)).toBe(google);
  });
});

describe('a postal code', () => {
  it.each([
    ['〒150-0001', 'JP', '1500001', '150-0001'],
    ['１５０ー０００１', 'JP', '1500001', '150-0001'],
    ['1500001', 'JP', '1500001', '1500001'],
    // A spreadsheet took the zero in front.
    ['600001', 'JP', '0600001', '0600001'],
    ['2134', 'US', '02134', '02134'],
    ['94035-1234', 'US', '94035', '94035-1234'],
    ['94035-1234', null, '94035', '94035-1234'],
    ['940351234', 'US', '94035', '940351234'],
    ['12345-6789', 'MX', '123456789', '12345-6789'],
    ['M1 1AE', 'GB', 'm11ae', 'M1 1AE'],
    ['01310-100', 'BR', '01310100', '01310-100'],
    ['150-00', 'JP', '✗ not-a-postal-code', '✗ not-a-postal-code'],
    ['Tokyo', 'JP', '✗ not-a-postal-code', '✗ not-a-postal-code'],
    ['〒', 'JP', '✗ empty', '✗ empty'],
    ['なし', 'JP', '✗ placeholder', '✗ placeholder'],
    // Sent as it is: nothing that is no code may be.
    ['n a', null, '✗ placeholder', '✗ not-a-postal-code'],
    ['1-2-3 Jingumae, Shibuya', null, '123jingumaeshibuya', '✗ not-a-postal-code'],
  ])('written %s in %s is %s for Meta and %s for Google', (raw, country, meta, google) => {
    expect(answerOf(META.ZIP, raw, country)).toBe(meta);
    expect(answerOf(GOOGLE.postalCode, raw, country)).toBe(google);
  });
});
