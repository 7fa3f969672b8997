import { describe, expect, it } from 'vitest';
import { meta } from '../../connectors/meta/index.ts';
import { sensitiveWord } from '../../connectors/meta/names.ts';

describe('the name of an audience on Meta', () => {
  it.each([
    ['Customers with arthritis', 'arthritis'],
    ['Diabetes 2026', 'diabetes'],
    ['lapsed_PREGNANT_women', 'pregnant'],
    ['HighBloodPressure', 'high blood pressure'],
    ['Parkinson’s carers', 'parkinson s'],
    ['Asthmatics', 'asthmatics'],
    ['cancer-survivors', 'cancer'],
    ['HIV患者', 'hiv'],
    ['ＨＩＶ', 'hiv'],
    ['糖尿病の方', '糖尿病'],
    ['妊娠中のお客様', '妊娠'],
    ['がん患者', 'がん患者'],
    ['発達障害', '発達障害'],
  ])('"%s" suggests a state of health', (name, word) => {
    expect(sensitiveWord(name)).toEqual({ topic: 'health', word });
    expect(meta.settings.nameProblem?.(name)).toContain(word);
  });

  it.each([
    ['High income', 'high income'],
    ['high-income-households', 'high income'],
    ['LowCreditScore', 'low credit'],
    ['bad credit', 'bad credit'],
    ['churn risk: low credit', 'low credit'],
    ['Credit Scores 700+', 'credit scores'],
    ['loan2026', 'loan'],
    ['In debt', 'debt'],
    ['Wealthy customers', 'wealthy customers'],
    ['Bankruptcies', 'bankruptcies'],
    ['年収1000万円以上', '年収'],
    ['富裕層', '富裕'],
    ['カードローン利用者', 'カードローン'],
    ['審査落ちの方', '審査落ち'],
    ['ローンの方', 'ローン'],
    ['高ｶﾞｸ所得', '所得'],
  ])('"%s" suggests a state of money', (name, word) => {
    expect(sensitiveWord(name)).toEqual({ topic: 'money', word });
    expect(meta.settings.nameProblem?.(name)).toContain('money');
  });

  it.each([
    'Wealthy Oak Store',
    'Rich Brown Leather',
    'Autumn list A',
    'The Patient Gardener',
    'Cancerian stars',
    'Non-alcoholic drinks',
    'Store credit holders',
    'Incoming orders',
    'Debtford',
    'Loanhead branch',
    'Pooring rain',
    'Kitchen aids',
    'Depressurised cans',
    'ドローン購入者',
    'クローン',
    '新商品ローンチ',
    'がんばる会員',
    'めがねのお客様',
    'システム障害のお詫び',
    '動物病院',
    'ロイヤル会員',
    'rk 7f3a',
  ])('"%s" is let through', (name) => {
    expect(meta.settings.nameProblem?.(name)).toBeNull();
  });

  it.each(['', '   ', '　'])('may not be empty ("%s")', (name) => {
    expect(meta.settings.nameProblem?.(name)).toMatch(/needs a name/);
    expect(sensitiveWord(name)).toBeNull();
  });
});
