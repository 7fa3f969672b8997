/** Rows as customer databases hold them, half of them Japanese: made, the same each time. */
import type { Contact } from '../src/customer/index.ts';
import type { RawEmail, RawPhone } from '../src/customer/index.ts';

const KANJI =
  '佐藤鈴木高橋田中伊渡辺山本中村小林加吉松井清水森池阿部石川前岡長谷後近坂遠青西福太三';
const GIVEN_KANJI =
  '翔太健一美咲陽子大輔結衣直樹愛奈拓也彩香浩二真由和恵誠里沙悠斗葵蓮凛湊芽依律紬';
const KANA =
  'アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワ';
const ROMAN = ['ma', 'ri', 'ko', 'ta', 'no', 'sa', 'ke', 'lu', 'en', 'or', 'vi', 'da', 'ja', 'th'];
const DOMAINS = [
  'gmail.com',
  'gmail.com',
  'gmail.com',
  'yahoo.co.jp',
  'docomo.ne.jp',
  'ezweb.ne.jp',
  'i.softbank.jp',
  'icloud.com',
  'outlook.jp',
  'hotmail.com',
  'yahoo.com',
];
const PREFECTURES = [
  '東京都',
  '大阪府',
  '神奈川県',
  '愛知県',
  '北海道',
  '福岡県',
  '埼玉県',
  '京都府',
];
const STATES = ['CA', 'California', 'NY', 'Texas', 'tx', 'Washington', 'FL', 'Illinois'];

/** A stream of whole numbers below a limit, the same for each seed (mulberry32). */
function drawer(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

/**
 * The person of a number: eight fields (e-mail, phone, first and last name, city, region, postal
 * code, birth date) and a country. Six in ten are Japanese; of all, one in eight has a field that
 * was typed in full width, half-width kana, with other hyphens, or in another format.
 */
export function personAt(index: number): Contact {
  const draw = drawer(index);
  const japanese = draw(10) < 6;
  const odd = draw(8) === 0;
  return japanese ? japanesePerson(index, draw, odd) : westernPerson(index, draw, odd);
}

type Draw = ReturnType<typeof drawer>;

function japanesePerson(index: number, draw: Draw, odd: boolean): Contact {
  const mobile = `0${[7, 8, 9][draw(3)]}0-${1000 + draw(9000)}-${String(draw(10_000)).padStart(4, '0')}`;
  const line = `0${[3, 6][draw(2)]}-${1000 + draw(9000)}-${String(draw(10_000)).padStart(4, '0')}`;
  const phone = draw(5) === 0 ? line : mobile;
  const last = letters(KANJI, 2, draw);
  const first = draw(4) === 0 ? letters(KANA, 3, draw) : letters(GIVEN_KANJI, 2, draw);
  const code = `${String(draw(1000)).padStart(3, '0')}-${String(draw(10_000)).padStart(4, '0')}`;
  const date = dateAt(draw);
  return person({
    email: `${syllables(draw)}.${index}@${DOMAINS[draw(DOMAINS.length)]}`,
    phone: odd ? phone.replaceAll('-', 'ー') : phone,
    country: 'JP',
    firstName: odd ? `${first}　` : first,
    lastName: odd ? 'ﾔﾏﾀﾞ' : last,
    city: `${letters(KANJI, 2, draw)}${draw(2) === 0 ? '市' : '区'}`,
    region: PREFECTURES[draw(PREFECTURES.length)] ?? '',
    postalCode: odd ? `〒${code}` : code,
    birthDate: draw(6) === 0 ? date.replaceAll('-', '/') : date,
  });
}

function westernPerson(index: number, draw: Draw, odd: boolean): Contact {
  const area = 201 + draw(700);
  const [exchange, line] = [200 + draw(800), String(draw(10_000)).padStart(4, '0')];
  const formats = [
    `+1${area}${exchange}${line}`,
    `(${area}) ${exchange}-${line}`,
    `${area}-${exchange}-${line}`,
  ];
  const first = capital(syllables(draw));
  return person({
    email: `${first}.${capital(syllables(draw))}${index}@${DOMAINS[draw(DOMAINS.length)]}`,
    phone: formats[draw(3)] ?? '',
    country: 'US',
    firstName: odd ? `${first}-Ann` : first,
    lastName: odd ? `O’${capital(syllables(draw))}` : capital(syllables(draw)),
    city: draw(3) === 0 ? `San ${capital(syllables(draw))}` : capital(syllables(draw)),
    region: STATES[draw(STATES.length)] ?? '',
    postalCode: String(draw(100_000)).padStart(5, '0') + (odd ? '-1234' : ''),
    birthDate: dateAt(draw),
  });
}

interface Fields {
  readonly email: string;
  readonly phone: string;
  readonly country: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly city: string;
  readonly region: string;
  readonly postalCode: string;
  readonly birthDate: string;
}

function person({ email, phone, ...others }: Fields): Contact {
  return {
    ...others,
    emails: [email as RawEmail],
    phones: [phone as RawPhone],
    mobileIds: [],
    xHandles: [],
    xIds: [],
    externalId: null,
    gender: null,
  };
}

function letters(from: string, count: number, draw: Draw): string {
  return Array.from({ length: count }, () => from.charAt(draw(from.length))).join('');
}

function syllables(draw: Draw): string {
  return Array.from({ length: 2 + draw(2) }, () => ROMAN[draw(ROMAN.length)]).join('');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function dateAt(draw: Draw): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${1940 + draw(66)}-${two(1 + draw(12))}-${two(1 + draw(28))}`;
}
