/** Countries as people and databases write them. */
import { ALPHA_3 } from './country-codes.ts';

/**
 * The country of a text that names none we know. ISO 3166-1 leaves ZZ to its users; Unicode's CLDR
 * uses it for an unknown region too.
 */
export const UNKNOWN_COUNTRY = 'ZZ';

/** The EU's codes for the United Kingdom and Greece, which ISO 3166-1 gives others. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['UK', 'GB'],
  ['EL', 'GR'],
]);

/** Names in use that CLDR does not give. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  AE: ['UAE'],
  AU: ['豪州'],
  AX: ['Åland'],
  BN: ['Brunei Darussalam'],
  CI: ['Ivory Coast'],
  CN: ["People's Republic of China", '中華人民共和国'],
  CV: ['Cabo Verde'],
  CZ: ['Czech Republic', 'チェコ共和国'],
  DE: ['Federal Republic of Germany', 'ドイツ連邦共和国', '独国'],
  FR: ['仏国'],
  GB: [
    'Great Britain',
    'Britain',
    'England',
    'Scotland',
    'Wales',
    'Northern Ireland',
    'United Kingdom of Great Britain and Northern Ireland',
    '連合王国',
  ],
  HK: ['Hong Kong SAR'],
  IE: ['Republic of Ireland'],
  JP: ['日本国', 'ジャパン'],
  KR: ['Korea', 'Republic of Korea', 'Korea, Republic of', '大韓民国'],
  MK: ['Macedonia'],
  MM: ['Burma'],
  MO: ['Macau'],
  NL: ['Holland'],
  RU: ['Russian Federation', 'ロシア連邦'],
  SK: ['Slovak Republic'],
  SZ: ['Swaziland'],
  TL: ['East Timor'],
  TR: ['Turkey'],
  TW: ['Taiwan, Province of China', '臺灣', '中華民国'],
  US: ['USA', 'United States of America', 'America', '米国', '合衆国'],
  VA: ['Holy See'],
  VN: ['Viet Nam'],
};

/** With Kosovo's XK, which ISO 3166-1 leaves to users, and the EU, CLDR and banks use. */
const CODES: ReadonlySet<string> = new Set([...ALPHA_3.values(), 'XK']);

/** Longer than any name: not worth reading. */
const MAX_LENGTH = 100;
/** A file names few countries; a column that holds something else must not fill the memory. */
const MAX_REMEMBERED = 1000;
const remembered = new Map<string, string>();

/** Folded names → codes; built when the first name comes, since most files have codes. */
let names: ReadonlyMap<string, string> | undefined;

/**
 * The country of a value, as ISO 3166-1 alpha-2 in capital letters: '' where there is none (null or
 * blank), `UNKNOWN_COUNTRY` where there is something that cannot be read, which a number, a list or
 * an object always is. It never throws.
 *
 * Read are assigned alpha-2 and alpha-3 codes, UK, EL and XK, and names in English and Japanese
 * (those of Unicode's CLDR, as Intl.DisplayNames gives them, and `OTHER_NAMES`), in any case and
 * width, with or without accents and punctuation. Nothing is guessed: a text that is nearly a name
 * is none.
 */
export function readCountry(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return UNKNOWN_COUNTRY;
  const known = remembered.get(value);
  if (known !== undefined) return known;
  const country = readText(value.trim());
  if (remembered.size < MAX_REMEMBERED && value.length <= MAX_LENGTH) {
    remembered.set(value, country);
  }
  return country;
}

function readText(text: string): string {
  if (text === '') return '';
  if (text.length > MAX_LENGTH) return UNKNOWN_COUNTRY;
  const code = readCode(text.normalize('NFKC'));
  if (code !== undefined) return code;
  names ??= countryNames();
  return names.get(folded(text)) ?? UNKNOWN_COUNTRY;
}

function readCode(text: string): string | undefined {
  // Checked before it is made upper case: that of ß is SS, which is South Sudan.
  if (!/^[A-Za-z]{2,3}$/.test(text)) return undefined;
  const code = text.toUpperCase();
  return CODES.has(code) ? code : (ALIASES.get(code) ?? ALPHA_3.get(code));
}

/** Only of the assigned codes: CLDR also names withdrawn ones, such as HV for Burkina Faso. */
function countryNames(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const locale of ['en', 'ja']) {
    for (const style of ['long', 'short'] as const) {
      const display = new Intl.DisplayNames([locale], { type: 'region', style, fallback: 'none' });
      for (const code of CODES) found.set(folded(display.of(code) ?? ''), code);
    }
  }
  for (const [code, others] of Object.entries(OTHER_NAMES)) {
    for (const name of others) found.set(folded(name), code);
  }
  found.delete('');
  return found;
}

/**
 * A name without what people write differently: case, width, accents, punctuation, spaces, a leading
 * "the", & for and, St. for Saint.
 */
function folded(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[\u0300-\u036f]/g, '')
    .normalize('NFKC')
    .trim()
    .replace(/^the\s/, '')
    .replaceAll('&', ' and ')
    .replaceAll(/\bsaint\b/g, 'st')
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '');
}
