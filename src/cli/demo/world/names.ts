/** What people of the made-up world are called. A line: as written, katakana or `-`, romanised. */
import type { Choices } from './random.ts';

export interface Name {
  readonly written: string;
  /** How a Japanese form spells the sound of it. */
  readonly kana: string | null;
  /** Letters a–z, as it stands in an e-mail address. */
  readonly roman: string;
}

export interface NameTable {
  readonly family: Choices<Name>;
  readonly female: Choices<Name>;
  readonly male: Choices<Name>;
}

const JAPANESE: NameTable = {
  family: names(
    `佐藤 サトウ sato, 鈴木 スズキ suzuki, 高橋 タカハシ takahashi, 田中 タナカ tanaka,
     伊藤 イトウ ito, 渡辺 ワタナベ watanabe, 山本 ヤマモト yamamoto, 中村 ナカムラ nakamura,
     小林 コバヤシ kobayashi, 加藤 カトウ kato, 吉田 ヨシダ yoshida, 山田 ヤマダ yamada,
     佐々木 ササキ sasaki, 山口 ヤマグチ yamaguchi, 松本 マツモト matsumoto, 井上 イノウエ inoue,
     木村 キムラ kimura, 林 ハヤシ hayashi, 斎藤 サイトウ saito, 清水 シミズ shimizu,
     山崎 ヤマザキ yamazaki, 森 モリ mori, 池田 イケダ ikeda, 橋本 ハシモト hashimoto,
     阿部 アベ abe, 石川 イシカワ ishikawa, 前田 マエダ maeda, 藤田 フジタ fujita,
     後藤 ゴトウ goto, 岡田 オカダ okada, 長谷川 ハセガワ hasegawa, 村上 ムラカミ murakami,
     近藤 コンドウ kondo, 石井 イシイ ishii, 坂本 サカモト sakamoto, 遠藤 エンドウ endo`,
  ),
  female: names(
    `陽子 ヨウコ yoko, 恵子 ケイコ keiko, 由美子 ユミコ yumiko, 直美 ナオミ naomi, 美咲 ミサキ misaki,
     さくら サクラ sakura, 愛 アイ ai, 真由美 マユミ mayumi, 葵 アオイ aoi, 結衣 ユイ yui,
     ひなた ヒナタ hinata, 麻衣 マイ mai, 智子 トモコ tomoko, 久美子 クミコ kumiko, 彩 アヤ aya,
     エリカ エリカ erika, 優奈 ユウナ yuna, 千尋 チヒロ chihiro, みゆき ミユキ miyuki, 舞 マイ mai`,
  ),
  male: names(
    `太郎 タロウ taro, 健一 ケンイチ kenichi, 誠 マコト makoto, 大輔 ダイスケ daisuke, 翔 ショウ sho,
     隆 タカシ takashi, 浩 ヒロシ hiroshi, 蓮 レン ren, 大翔 ヒロト hiroto, 拓也 タクヤ takuya,
     直樹 ナオキ naoki, 和也 カズヤ kazuya, 亮 リョウ ryo, 悠斗 ユウト yuto, 達也 タツヤ tatsuya,
     つよし ツヨシ tsuyoshi, 学 マナブ manabu, 修 オサム osamu, 湊 ミナト minato, 哲也 テツヤ tetsuya`,
  ),
};

const ENGLISH: NameTable = {
  family: names(
    `Smith - smith, Johnson - johnson, Williams - williams, Brown - brown, Garcia - garcia,
     Miller - miller, Davis - davis, Martinez - martinez, Wilson - wilson, Taylor - taylor,
     Nguyen - nguyen, O’Brien - obrien, Clark - clark, Lewis - lewis, Walker - walker`,
  ),
  female: names(
    `Mary - mary, Patricia - patricia, Emma - emma, Olivia - olivia, Linda - linda,
     Aisha - aisha, Grace - grace, Hannah - hannah, Karen - karen, Zoë - zoe`,
  ),
  male: names(
    `James - james, Robert - robert, Michael - michael, Liam - liam, Noah - noah,
     David - david, Omar - omar, Daniel - daniel, George - george, Kevin - kevin`,
  ),
};

const GERMAN: NameTable = {
  family: names(
    `Müller - mueller, Schmidt - schmidt, Schneider - schneider, Fischer - fischer, Weiß - weiss,
     Schäfer - schaefer, Köhler - koehler, Yılmaz - yilmaz, Becker - becker, Hoffmann - hoffmann`,
  ),
  female: names(`Anna - anna, Sabine - sabine, Jördis - joerdis, Lea - lea, Käthe - kaethe`),
  male: names(`Jürgen - juergen, Lukas - lukas, Stefan - stefan, Jörg - joerg, Emre - emre`),
};

const FRENCH: NameTable = {
  family: names(
    `Martin - martin, Bernard - bernard, Lefèvre - lefevre, Moreau - moreau, Dubois - dubois,
     Mercier - mercier, Benali - benali, Gérard - gerard, Rousseau - rousseau, Faure - faure`,
  ),
  female: names(`Chloé - chloe, Camille - camille, Inès - ines, Hélène - helene, Manon - manon`),
  male: names(`Théo - theo, François - francois, Hugo - hugo, Rémi - remi, Karim - karim`),
};

const KOREAN: NameTable = {
  family: names(`김 - kim, 이 - lee, 박 - park, 최 - choi, 정 - jung, 강 - kang`),
  female: names(`서연 - seoyeon, 지우 - jiwoo, 민서 - minseo, 하은 - haeun`),
  male: names(`민준 - minjun, 서준 - seojun, 지훈 - jihoon, 현우 - hyunwoo`),
};

const BRAZILIAN: NameTable = {
  family: names(
    `Silva - silva, Souza - souza, Araújo - araujo, Gonçalves - goncalves, Sato - sato`,
  ),
  female: names(`Júlia - julia, Beatriz - beatriz, Luísa - luisa, Ana - ana`),
  male: names(`João - joao, Pedro - pedro, Tomás - tomas, Vitor - vitor`),
};

/** Countries that people of the world live in, ISO alpha-2. */
export const NAMES = {
  JP: JAPANESE,
  US: ENGLISH,
  GB: ENGLISH,
  DE: GERMAN,
  FR: FRENCH,
  KR: KOREAN,
  BR: BRAZILIAN,
} as const;

export type Country = keyof typeof NAMES;

function names(text: string): Choices<Name> {
  const [first, ...rest] = text.split(',').map((line): Name => {
    const [written = '', kana = '-', roman = ''] = line.trim().split(' ');
    return { written, kana: kana === '-' ? null : kana, roman };
  });
  if (first === undefined) throw new TypeError('A table of names is empty.');
  return [first, ...rest];
}
