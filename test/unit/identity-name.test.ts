import { describe, expect, it } from 'vitest';
import { GOOGLE, META } from '../../src/identity/rules.ts';
import { answerOf } from '../support/identity-answer.ts';

describe('a name for Meta', () => {
  it.each([
    ['Mary', 'mary'],
    ['Valéry', 'valéry'],
    ['VALE\u0301RY', 'valéry'],
    ['정', '정'],
    ["O'Brien", 'obrien'],
    ['O’Brien', 'obrien'],
    ['ʻIolani', 'iolani'],
    ['Mary-Jane', 'maryjane'],
    ['  John   Smith1 ', 'john smith1'],
    ['Ｊｏｈｎ', 'john'],
    ['ﾔﾏﾀﾞ', 'ヤマダ'],
    ['ヤマダ　タロウ', 'ヤマダ タロウ'],
    ['ジャン＝ポール', 'ジャンポール'],
    ['ジャン・ポール', 'ジャンポール'],
    ['山田様', '山田'],
    ['小百合さん', '小百合'],
    ['山田 殿', '山田'],
    // A family of that name, and one whose name is no honorific.
    ['真殿', '真殿'],
    ['さん', 'さん'],
    ['麗君', '麗君'],
    ['葛\u{e0100}城', '葛城'],
    ['علی\u200cرضا', 'علی\u200cرضا'],
    ['Null', 'null'],
    ['Na', 'na'],
    ['太\u200b郎', '太郎'],
  ])('written %s is %s', (raw, text) => {
    expect(answerOf(META.FN, raw)).toBe(text);
    expect(answerOf(META.LN, raw)).toBe(text);
  });

  it.each([
    [' ', 'empty'],
    ['N/A', 'placeholder'],
    ['undefined', 'placeholder'],
    ['不明', 'placeholder'],
    ['(不明)', 'placeholder'],
    ['---', 'placeholder'],
    ['!!!', 'no-letters'],
    ['😀', 'no-letters'],
  ])('written %j is left out: %s', (raw, reason) => {
    expect(answerOf(META.FN, raw)).toBe(`✗ ${reason}`);
  });

  it('has an initial: the first letter, whatever the script', () => {
    expect(answerOf(META.FI, 'ghui')).toBe('g');
    expect(answerOf(META.FI, '𠮷野')).toBe('𠮷');
    expect(answerOf(META.FI, '"Ｊohn"')).toBe('j');
  });
});

describe('a name for Google', () => {
  it.each([
    [' Mr. Alex ', 'alex'],
    ['MRS. ANN', 'ann'],
    ['Alex Dr.', 'alex dr.'],
    ['Dr.Alex', 'dr.alex'],
    ['quinn-alex', 'quinn-alex'],
    ["D'Arcy", "d'arcy"],
    ['D’Arcy', "d'arcy"],
    ['ﾀﾛｳ様', 'タロウ'],
    ['mr.', '✗ no-letters'],
  ])('given as %s is %s', (raw, text) => {
    expect(answerOf(GOOGLE.givenName, raw)).toBe(text);
  });

  it.each([
    ['quinn, jr., dds', 'quinn'],
    ['Smith III', 'smith'],
    ['Smith Jr', 'smith'],
    ['Smith-Jones MD', 'smith-jones'],
    ['Mr. Smith', 'mr. smith'],
    ['Savi', 'savi'],
    ['山田', '山田'],
  ])('of the family %s is %s', (raw, text) => {
    expect(answerOf(GOOGLE.familyName, raw)).toBe(text);
  });
});
