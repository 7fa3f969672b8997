import { describe, expect, it } from 'vitest';
import { meta } from '../../connectors/meta/index.ts';
import { sensitiveWord } from '../../connectors/meta/names.ts';
import { start } from '../support/meta-destination.ts';

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
    ['乳がんの方', '乳がん'],
    ['自閉症の家族', '自閉症'],
    ['エイズ', 'エイズ'],
    ['透析中', '透析'],
    ['脳梗塞', '脳梗塞'],
    ['心筋梗塞', '心筋梗塞'],
    ['痛風', '痛風'],
    ['アルコール依存', 'アルコール依存'],
    ['花粉症のお客様', '花粉症'],
    ['腰痛がある人', '腰痛'],
    ['入院中の方', '入院'],
    ['Insomnia', 'insomnia'],
    ['PTSD', 'ptsd'],
    ['Eczema', 'eczema'],
    ['Smokers', 'smokers'],
    ['Wheelchair users', 'wheelchair users'],
  ])('"%s" suggests a state of health', (name, word) => {
    expect(sensitiveWord(name)).toEqual({ topic: 'health', word });
    expect(meta.settings.nameProblem?.(name, {})).toContain(word);
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
    ['借入あり', '借入'],
    ['キャッシング利用者', 'キャッシング'],
    ['リボ払い', 'リボ払い'],
    ['生活困窮者', '生活困窮'],
    ['住民税非課税世帯', '住民税非課税'],
    ['Medicaid', 'medicaid'],
    ['Millionaires', 'millionaires'],
    ['lowincome', 'lowincome'],
    ['No credit', 'no credit'],
    ['payday loans', 'loans'],
  ])('"%s" suggests a state of money', (name, word) => {
    expect(sensitiveWord(name)).toEqual({ topic: 'money', word });
    expect(meta.settings.nameProblem?.(name, {})).toContain('money');
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
    'Payday sale',
    'Salary day sale',
    'No credit card trial',
    'Cancer zodiac',
    'Zodiac: Cancer',
    'Loan Shark board game',
    'Rich Family Bakery',
    'Pregnancy-safe skincare',
    'BBQ smokers',
    'アレルギー対応食品',
    '花粉症対策グッズ',
    '腰痛ベルト',
    '入院セット',
    'デイズニー',
  ])('"%s" is let through', (name) => {
    expect(meta.settings.nameProblem?.(name, {})).toBeNull();
  });

  it('is let through with a word that means something else where the destination says so', async () => {
    const { context } = await start({ integrity: /nothing/ });
    const wanted = { name: 'Arthritis Books', key: 'k' };
    const said = meta.settings.nameProblem?.(wanted.name, {});
    expect(said).toContain('audienceNames');
    expect(said).toContain('as-they-are');
    await expect(meta.ensureAudience(context, wanted)).rejects.toMatchObject({
      kind: 'policy',
      code: 'NAME_SUGGESTS_HEALTH',
      message: said,
    });
    const open = { ...context, options: { audienceNames: 'as-they-are' } };
    expect(await meta.ensureAudience(open, wanted)).toMatchObject({ name: wanted.name });
    await expect(meta.ensureAudience(open, { name: ' ', key: 'j' })).rejects.toMatchObject({
      code: 'NAME_EMPTY',
    });
    const { options } = meta.settings;
    expect(options?.safeParse(open.options).success).toBe(true);
    expect(options?.safeParse({ audienceNames: 'any' }).success).toBe(false);
  });

  it.each(['', '   ', '　'])('may not be empty ("%s")', (name) => {
    expect(meta.settings.nameProblem?.(name, {})).toMatch(/needs a name/);
    expect(sensitiveWord(name)).toBeNull();
  });
});
