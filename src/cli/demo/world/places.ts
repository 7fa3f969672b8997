/** Where people of the made-up world live. */
import type { Country } from './names.ts';
import type { Choices } from './random.ts';

export interface Place {
  readonly city: string;
  readonly region: string;
  /** A postal code whose `#` are any digits. */
  readonly postal: string;
}

const TOKYO = '東京都';

export const PLACES: Readonly<Record<Country, Choices<Place>>> = {
  JP: [
    place('新宿区', TOKYO, '160-00##'),
    place('世田谷区', TOKYO, '154-00##'),
    place('江東区', TOKYO, '135-00##'),
    place('八王子市', TOKYO, '192-00##'),
    place('横浜市', '神奈川県', '220-00##'),
    place('川崎市', '神奈川県', '210-00##'),
    place('さいたま市', '埼玉県', '330-00##'),
    place('千葉市', '千葉県', '260-00##'),
    place('大阪市', '大阪府', '530-00##'),
    place('堺市', '大阪府', '590-00##'),
    place('名古屋市', '愛知県', '460-00##'),
    place('札幌市', '北海道', '060-00##'),
    place('福岡市', '福岡県', '810-00##'),
    place('京都市', '京都府', '604-80##'),
    place('神戸市', '兵庫県', '650-00##'),
    place('仙台市', '宮城県', '980-00##'),
    place('広島市', '広島県', '730-00##'),
    place('那覇市', '沖縄県', '900-00##'),
  ],
  US: [
    place('New York', 'NY', '100##'),
    place('Los Angeles', 'CA', '900##'),
    place('Chicago', 'IL', '606##'),
    place('Houston', 'TX', '770##'),
    place('Seattle', 'WA', '981##'),
    place('Honolulu', 'HI', '968##'),
  ],
  GB: [
    place('London', 'England', 'SW1A #AA'),
    place('Leeds', 'England', 'LS1 #BA'),
    place('Glasgow', 'Scotland', 'G1 #DX'),
  ],
  DE: [
    place('Berlin', 'Berlin', '101##'),
    place('München', 'Bayern', '803##'),
    place('Köln', 'Nordrhein-Westfalen', '506##'),
  ],
  FR: [
    place('Paris', 'Île-de-France', '750##'),
    place('Lyon', 'Auvergne-Rhône-Alpes', '690##'),
    place('Marseille', 'Provence-Alpes-Côte d’Azur', '130##'),
  ],
  KR: [place('서울', '서울특별시', '03###'), place('부산', '부산광역시', '48###')],
  BR: [place('São Paulo', 'SP', '010##-000'), place('Curitiba', 'PR', '800##-000')],
};

function place(city: string, region: string, postal: string): Place {
  return { city, region, postal };
}
