import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALPHA_3 } from '../../src/customer/import/country-codes.ts';
import { readCountry } from '../../src/customer/import/country.ts';
import { resolveConsentPolicy } from '../../src/sync/index.ts';

describe('a country', () => {
  it.each([
    ['JP', 'JP'],
    [' jp ', 'JP'],
    ['ＪＰ', 'JP'],
    ['UK', 'GB'],
    ['el', 'GR'],
    ['XK', 'XK'],
    ['DEU', 'DE'],
    ['jpn', 'JP'],
    ['Germany', 'DE'],
    ['GERMANY', 'DE'],
    ['Ｇｅｒｍａｎｙ', 'DE'],
    ['The Netherlands', 'NL'],
    ['Holland', 'NL'],
    ['Aland Islands', 'AX'],
    ['reunion', 'RE'],
    ["Cote d'Ivoire", 'CI'],
    ['Bosnia and Herzegovina', 'BA'],
    ['Saint  Lucia', 'LC'],
    ['U.S.A.', 'US'],
    ['U.S.', 'US'],
    ['usa', 'US'],
    ['U.K.', 'GB'],
    ['Great Britain', 'GB'],
    ['South Korea', 'KR'],
    ['Korea', 'KR'],
    ['Republic of Korea', 'KR'],
    ['North Korea', 'KP'],
    ['Czech Republic', 'CZ'],
    ['Czechia', 'CZ'],
    ['Turkey', 'TR'],
    ['Hong Kong', 'HK'],
    ['日本', 'JP'],
    ['日本国', 'JP'],
    ['ドイツ', 'DE'],
    ['ﾄﾞｲﾂ', 'DE'],
    ['アメリカ', 'US'],
    ['アメリカ合衆国', 'US'],
    ['米国', 'US'],
    ['英国', 'GB'],
    ['イギリス', 'GB'],
    ['韓国', 'KR'],
    ['大韓民国', 'KR'],
    ['中国', 'CN'],
    ['台湾', 'TW'],
    ['香港', 'HK'],
    ['ボスニアヘルツェゴビナ', 'BA'],
    ['Burkina Faso', 'BF'],
    ['Vietnam', 'VN'],
  ])('written %s is read as %s', (text, code) => {
    expect(readCountry(text)).toBe(code);
  });

  it.each([
    'Atlantis',
    'XX',
    'ZZ',
    'EU',
    'SU',
    'DD',
    'QQQ',
    'ß',
    'D.E.',
    'N/A',
    'unknown',
    'Unknown Region',
    'null',
    '不明',
    '-',
    '?',
    '\u200b',
    'Germany or France',
    'Congo',
    'constructor',
    '__proto__',
  ])('written %s is unknown, and not none', (text) => {
    expect(readCountry(text)).toBe('ZZ');
  });

  it.each([[['DE']], [[]], [{ code: 'DE' }], [276], [0], [true], [false]])(
    'given as %j is unknown, and not none',
    (value) => {
      expect(readCountry(value)).toBe('ZZ');
    },
  );

  it.each([undefined, null, '', ' ', '\t\u00a0\u3000\ufeff'])('given as %j is none', (value) => {
    expect(readCountry(value)).toBe('');
  });

  it('is none only where the text is blank, and else two capital letters, each time', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 120 }),
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.constantFrom(' ', '\u3000', '\ufeff', '\n', '.', 'ſ', 'ﬁ', 'İ', 'd') }),
      fc.string({ minLength: 2, maxLength: 3 }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const country = readCountry(text);
        expect(country).toMatch(text.trim() === '' ? /^$/ : /^[A-Z]{2}$/);
        expect(readCountry(text)).toBe(country);
        expect(readCountry(` ${text}\n`)).toBe(country);
      }),
      { numRuns: 2000 },
    );
  });

  it('is unknown where the text is longer than any name', () => {
    expect(readCountry('Japan '.repeat(100_000))).toBe('ZZ');
    expect(readCountry(`Japan${' '.repeat(1000)}`)).toBe('JP');
  });

  it('is read the same after more spellings than are remembered', () => {
    for (let index = 0; index < 10_000; index += 1) readCountry(`Nowhere ${index}`);
    expect(readCountry('Nowhere 9999')).toBe('ZZ');
    expect(readCountry('  Germany  ')).toBe('DE');
  });
});

describe('the codes', () => {
  it('are those that ISO 3166-1 assigns: 249 pairs, each code once', () => {
    expect(ALPHA_3.size).toBe(249);
    expect(new Set(ALPHA_3.values()).size).toBe(249);
    for (const pair of ALPHA_3) expect(pair.join(' ')).toMatch(/^[A-Z]{3} [A-Z]{2}$/);
  });

  it('are all read, as are the names that CLDR gives them in English and Japanese', () => {
    const english = new Intl.DisplayNames(['en'], { type: 'region' });
    const japanese = new Intl.DisplayNames(['ja'], { type: 'region' });
    for (const [alpha3, alpha2] of ALPHA_3) {
      const spellings = [alpha2, alpha3, english.of(alpha2), japanese.of(alpha2)];
      const cased = spellings.flatMap((text) => [text, text?.toLowerCase(), text?.toUpperCase()]);
      expect(cased.map(readCountry)).toEqual(cased.map(() => alpha2));
    }
  });

  it('where silence is a no are all codes that the import gives', () => {
    const { denyCountries } = resolveConsentPolicy({});
    expect(denyCountries.filter((code) => readCountry(code) !== code)).toEqual([]);
    expect(new Set(denyCountries).size).toBe(41);
    expect(denyCountries).toContain(readCountry('Atlantis'));
    for (const name of ['Germany', 'イギリス', 'Åland', 'Réunion', 'Gibraltar', 'スイス']) {
      expect(denyCountries).toContain(readCountry(name));
    }
  });
});
