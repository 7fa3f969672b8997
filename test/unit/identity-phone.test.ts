import { describe, expect, it } from 'vitest';
import { countryOfCallingCode } from '../../src/identity/index.ts';
import { GOOGLE } from '../../src/identity/rules.ts';
import { answerOf } from '../support/identity-answer.ts';

describe('a phone number', () => {
  it.each([
    // As Japanese databases hold it.
    ['090-1234-5678', 'JP', '+819012345678'],
    ['０９０−１２３４−５６７８', 'JP', '+819012345678'],
    ['090ー1234ー5678', 'JP', '+819012345678'],
    ['090・1234・5678', 'JP', '+819012345678'],
    ['090_1234_5678', 'JP', '+819012345678'],
    ['090～1234～5678', 'JP', '+819012345678'],
    ['９０12345678', 'JP', '+819012345678'],
    ['9012345678.0', 'JP', '+819012345678'],
    ["'09012345678", 'JP', '+819012345678'],
    ['="09012345678"', 'JP', '+819012345678'],
    ['携帯 090-1234-5678', 'JP', '+819012345678'],
    ['(携帯)090-1234-5678', 'JP', '+819012345678'],
    ['自宅：03-1234-5678', 'JP', '+81312345678'],
    ['TEL1: 03-1234-5678', 'JP', '+81312345678'],
    ['電話 03(1234)5678', 'JP', '+81312345678'],
    ['03-1234-5678 (内線 123)', 'JP', '+81312345678'],
    ['03-1234-5678 内線123 総務部', 'JP', '+81312345678'],
    ['0123-45-6789', 'JP', '+81123456789'],
    // With a country code, in the ways that it is dialled and misspelt.
    ['+81 (0)90-1234-5678', 'US', '+819012345678'],
    ['(+81)90-1234-5678', null, '+819012345678'],
    ['++819012345678', null, '+819012345678'],
    ['+0081 90 1234 5678', null, '+819012345678'],
    ['0081-90-1234-5678', 'JP', '+819012345678'],
    ['0081-90-1234-5678', 'US', '+819012345678'],
    ['0044 20 7946 0958', 'JP', '+442079460958'],
    ['010-81-90-1234-5678', 'JP', '+819012345678'],
    ['011 81 90 1234 5678', 'US', '+819012345678'],
    ['001 81 90 1234 5678', 'KR', '+819012345678'],
    ['8109012345678', 'JP', '+819012345678'],
    // What the library alone gives to strangers abroad.
    ['0055 51 99123-4567', 'BR', '+5551991234567'],
    ['0057 301 234 5678', 'CO', '+573012345678'],
    ['0061 412 345 678', 'AU', '+61412345678'],
    ['4915123456789', 'DE', '+4915123456789'],
    ['001 65 9123 4567', 'HK', '+6591234567'],
    ['+34 (0)612 345 678', 'ES', '+34612345678'],
    ['+39 (0)333 1234567', 'IT', '+393331234567'],
    ['1-650-555-1212', null, '+16505551212'],
    ['tel:+81-90-1234-5678;ext=12', null, '+819012345678'],
    // Elsewhere.
    ['(415) 555-2671', 'us', '+14155552671'],
    ['(415) 555-2671 x123', 'US', '+14155552671'],
    ['415.555.2671 ext. 5 (home)', 'US', '+14155552671'],
    ['888-888-8888', 'US', '+18888888888'],
    ['010-2000-0000', 'KR', '+821020000000'],
    ['030/1234567', 'DE', '+49301234567'],
    ['+39 06 1234 5678', null, '+390612345678'],
    ['8 (912) 345-67-89', 'RU', '+79123456789'],
    ['090-1234-5678', 'ZZ', '✗ country-needed'],
    // Written with its plus, a number is taken at its word.
    ['+11234567890', null, '+11234567890'],
  ])('written %s in %s is %s', (raw, country, text) => {
    expect(answerOf(GOOGLE.phone, raw, country)).toBe(text);
  });

  it.each([
    ['', 'JP', 'empty'],
    ['電話なし', 'JP', 'no-digits'],
    ['なし', 'JP', 'placeholder'],
    ['090-1234-5678', null, 'country-needed'],
    // A mobile of China, and one of Germany, as well as a number of North America.
    ['15123456789', null, 'country-needed'],
    ['51991234567', null, 'country-needed'],
    ['119', 'JP', 'too-short'],
    ['2345-6780', 'JP', 'too-short'],
    ['+81 90 1234 5678 90', null, 'too-long'],
    ['14155552671', 'JP', 'too-long'],
    ['+1234567890123456', null, 'too-long'],
    ['00000000000', 'JP', 'placeholder'],
    ['090-0000-0000', 'JP', 'placeholder'],
    ['03-0000-0000', 'JP', 'placeholder'],
    ['11111111111', 'JP', 'placeholder'],
    ['222-222-2222', 'GB', 'placeholder'],
    ['123-456-7890', 'US', 'placeholder'],
    ['01234567890', 'JP', 'placeholder'],
    ['090-1234-5678 / 03-1234-5678', 'JP', 'several-values'],
    ['090-1234-5678、03-1234-5678', 'JP', 'several-values'],
    ['9.01235E+09', 'JP', 'rounded-by-spreadsheet'],
    // A letter for a digit: without it, the rest would be somebody else's number.
    ['0901234567O', 'JP', 'not-a-number'],
    ['1-800-FLOWERS', 'US', 'not-a-number'],
    ['da39a3ee5e6b4b0d3255bfef95601890afd80709', 'JP', 'other-digest'],
  ])('written %j in %s is left out: %s', (raw, country, reason) => {
    expect(answerOf(GOOGLE.phone, raw, country)).toBe(`✗ ${reason}`);
  });
});

describe('a calling code', () => {
  it.each([
    ['+44', 'GB'],
    ['44', 'GB'],
    ['+1 (default)', 'US'],
    ['＋８１', 'JP'],
    ['7', 'RU'],
    ['+800', undefined],
    ['+999', undefined],
    ['4412', undefined],
    ['JP', undefined],
  ])('written %s is of %s', (text, country) => {
    expect(countryOfCallingCode(text)).toBe(country);
  });
});
