/**
 * Words in the name of an audience that Meta's integrity rules may catch. Since 2025-09-02 audiences
 * whose name, description or rule suggests a state of health or of money are blocked (status 471):
 * nobody can be added to them, and a customer list cannot be renamed any more. Source: Custom
 * Audiences guide, "Flagged custom and lookalike audiences"; Meta's announcement names "arthritis",
 * "diabetes", "credit score" and "high income". Its own list is not public, so this is none of its:
 * it holds what says something of people, and leaves out what is as often a shop or a thing.
 */

/** The option of a destination, `audienceNames`, that lets every name through. */
export const AS_THEY_ARE = 'as-they-are';

/** English, each between the ends of words, in lower case, with single spaces for what is between. */
const HEALTH = [
  'adhd|aids patients?|alzheimer s?|alzheimers?|anorexi[ac]|anxiety|arthritis|asthma(?:tics?)?',
  'autis(?:m|tic)|bipolar|bulimi[ac]|chemo(?:therapy)?|cholesterol|chronic (?:pain|illness)',
  '(?<!zodiac |sign )cancer(?! (?:zodiac|horoscopes?|stars?|signs?|season))|wheelchair users?',
  'copd|crohn s?|dementia|depress(?:ion|ed|ive)|diabet(?:es|ics?)|dialysis|disabilit(?:y|ies)',
  'disabled (?:people|persons?|customers?|veterans?)|eating disorders?|eczema|epilep(?:sy|tics?)',
  'erectile|fertility|heart (?:attack|disease|condition|failure)s?|hepatitis|herpes|hiv',
  'high blood pressure|hypertension|illness(?:es)?|infertil(?:e|ity)|insomnia(?:cs?)?|ivf',
  'kidney disease|menopaus(?:e|al)|mental(?:ly)? (?:health|ill)|migraines?|obes(?:e|ity)',
  'osteoporosis|overweight|parkinson s?|parkinsons|patients|pregnan(?:t|cy|cies)|psoriasis|ptsd',
  '(?<!(?:barbecue|bbq|food|meat|pellet) )smokers|schizophreni[ac]|strokes? (?:patients?|survivors?)',
  '(?:drug|alcohol|opioid|gambling) (?:abuse|addiction|addicts?)|substance abuse|alcoholism',
  'tumou?rs?|weight loss',
];
/** A thing that goes with a state of health says nothing of who buys it. */
const THINGS = '(?! (?:friendly|safe))';
const PEOPLE =
  '(?:people|customers|clients|buyers|shoppers|households|families|men|women|seniors|parents|prospects)';
const MONEY = [
  '(?:high|higher|low|lower|middle|top|no) ?(?:incomes?|earnings?|wages?)|(?:high|low|top) earners?',
  '(?:high|higher|low|lower|top) ?credits?|no credit(?! cards?)|medicaid|millionaires',
  'income (?:level|band|bracket|group|tier)s?|(?:household|annual|monthly) income|net worth',
  '(?:bad|poor|good|excellent|subprime) credit|credit (?:scores?|ratings?|risks?|history|checks?)',
  'affluent|bankrupt(?:s|cy|cies)?|debts?|debtors?|indebted|delinquent|foreclosures?|in arrears',
  'insolven(?:t|cy)|jobless|unemployed|loans?(?! sharks?)|mortgages?|overdrafts?|overdue payments?',
  'late payers?|poverty|salar(?:y|ies)(?! day)|subprime|food stamps|welfare (?:recipients?|benefits?)',
  `(?:rich|wealthy|poor|broke) ${PEOPLE}`,
];

const KATAKANA = '[ァ-ヺー]';
/** A word that is also a part of others. */
const alone = (word: string): string => `(?<!${KATAKANA})(?:${word})(?!${KATAKANA})`;

/** Japanese is written without spaces, so that words are found anywhere in it. */
const HEALTH_JA = [
  '癌|(?:乳|肺|胃|大腸|前立腺|子宮|皮膚|血液|小児)がん|がん(?:患者|治療|検診|サバイバー|経験)',
  '糖尿病|高血圧|血糖|高脂血症|コレステロール|心臓病|心筋梗塞|脳卒中|脳梗塞|透析|痛風|リウマチ|関節炎',
  'うつ病|鬱|メンタルヘルス|精神(?:疾患|障害|科)|発達障害|自閉症|障害者|障がい|認知症|依存症|アルコール依存',
  `持病|病気|疾患|患者|通院|服薬|既往歴|健康状態|妊婦|妊活|不妊|性病|勃起|脱毛症|${alone('エイズ')}`,
];
/** Complaints that are as often what a thing is for. */
const COMPLAINTS_JA = [
  '喘息|ぜんそく|アトピー|アレルギー|花粉症|腰痛|頭痛|不眠|治療|入院|妊娠|更年期|生理痛|薄毛|肥満|メタボ',
];
const THINGS_JA =
  '(?!(?:対応|対策|予防|ケア)?(?:の|用)?(?:商品|食品|用品|グッズ|ベルト|セット|クッション|枕|マスク|保険|対応|対策))';
const MONEY_JA = [
  '高収入|低収入|高所得|低所得|所得|年収|月収|世帯収入|給与|富裕|資産家|貧困|貧乏|生活(?:保護|困窮)|失業|無職',
  '借金|借入|債務|破産|滞納|延滞|消費者金融|リボ払い|住民税非課税|非課税世帯',
  '信用(?:情報|スコア|度)|ブラックリスト|審査落ち|クレジットスコア',
  // A drone and a launch are written with the letters of a loan.
  `(?:カード|住宅|マイカー|リフォーム|フリー|教育)ローン|${alone('ローン|キャッシング')}`,
];

const NOT_IN_WORD = '\\p{Script=Latin}';
const english = (words: readonly string[], unless = ''): string =>
  `(?<!${NOT_IN_WORD})(?:${words.join('|')})(?!${NOT_IN_WORD})${unless}`;
const anyOf = (...patterns: readonly string[]): RegExp => new RegExp(patterns.join('|'), 'u');
const TOPICS = [
  {
    topic: 'health',
    pattern: anyOf(
      english(HEALTH, THINGS),
      ...HEALTH_JA,
      `(?:${COMPLAINTS_JA.join('|')})${THINGS_JA}`,
    ),
  },
  { topic: 'money', pattern: anyOf(english(MONEY), ...MONEY_JA) },
] as const;

export interface SensitiveWord {
  readonly topic: 'health' | 'money';
  /** As it stands in the name, in lower case. */
  readonly word: string;
}

/** The first words in a name that suggest a state of health or of money; null where none do. */
export function sensitiveWord(name: string): SensitiveWord | null {
  const text = plain(name);
  for (const { topic, pattern } of TOPICS) {
    const word = pattern.exec(text)?.[0];
    if (word !== undefined) return { topic, word };
  }
  return null;
}

/** What is wrong with a name for an audience on Meta, as a sentence; null where nothing is. */
export function nameProblem(name: string): string | null {
  if (name.trim() === '') return 'An audience on Meta needs a name.';
  const found = sensitiveWord(name);
  if (found === null) return null;
  const topic = found.topic === 'health' ? 'health' : 'money';
  return `"${found.word}" in the audience name suggests a state of ${topic}; Meta blocks such audiences, so choose a name that says nothing of why people are on the list, or where the word means something else set the option audienceNames of the destination to "${AS_THEY_ARE}".`;
}

/** One spelling: full-width as ASCII, words of CamelCase and snake_case apart, in lower case. */
function plain(name: string): string {
  return name
    .normalize('NFKC')
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}ー]+/gu, ' ')
    .trim();
}
