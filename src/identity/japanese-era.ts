/** Years counted from an emperor's accession, as Japanese forms ask for a birth date. */

interface Era {
  readonly names: readonly string[];
  /** The year that the era calls 1 (元年). */
  readonly first: number;
  /** Its first and last day, as 1990-01-31. */
  readonly from: string;
  readonly to: string;
}

/** National Diet Library, "Japanese calendar"; the Gregorian calendar came in Meiji 6 (1873). */
const ERAS: readonly Era[] = [
  { names: ['明治', 'm'], first: 1868, from: '1873-01-01', to: '1912-07-30' },
  { names: ['大正', 't'], first: 1912, from: '1912-07-30', to: '1926-12-25' },
  { names: ['昭和', 's'], first: 1926, from: '1926-12-25', to: '1989-01-07' },
  { names: ['平成', 'h'], first: 1989, from: '1989-01-08', to: '2019-04-30' },
  { names: ['令和', 'r'], first: 2019, from: '2019-05-01', to: '2100-12-31' },
];

/** The year of an era's year, undefined for an era that there was not. @param name lowercase. */
export function yearOfEra(name: string, year: string): number | undefined {
  const era = eraOf(name);
  return era === undefined ? undefined : era.first + (year === '元' ? 1 : Number(year)) - 1;
}

/** Whether a day, as 1990-01-31, lies in the era. @param name lowercase. */
export function isOfEra(name: string, day: string): boolean {
  const era = eraOf(name);
  return era !== undefined && era.from <= day && day <= era.to;
}

function eraOf(name: string): Era | undefined {
  return ERAS.find(({ names }) => names.includes(name));
}
