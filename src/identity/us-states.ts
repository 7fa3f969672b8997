/** States, the federal district and territories of the United States, by ANSI INCITS 38 code. */
const STATES = `
  al:alabama ak:alaska az:arizona ar:arkansas ca:california co:colorado ct:connecticut de:delaware
  fl:florida ga:georgia hi:hawaii id:idaho il:illinois in:indiana ia:iowa ks:kansas ky:kentucky
  la:louisiana me:maine md:maryland ma:massachusetts mi:michigan mn:minnesota ms:mississippi
  mo:missouri mt:montana ne:nebraska nv:nevada nh:newhampshire nj:newjersey nm:newmexico ny:newyork
  nc:northcarolina nd:northdakota oh:ohio ok:oklahoma or:oregon pa:pennsylvania ri:rhodeisland
  sc:southcarolina sd:southdakota tn:tennessee tx:texas ut:utah vt:vermont va:virginia wa:washington
  wv:westvirginia wi:wisconsin wy:wyoming dc:districtofcolumbia dc:washingtondc as:americansamoa
  gu:guam mp:northernmarianaislands pr:puertorico vi:virginislands vi:usvirginislands
`
  .trim()
  .split(/\s+/u)
  .map((pair): [string, string] => [pair.slice(3), pair.slice(0, 2)]);

const CODE_OF: ReadonlyMap<string, string> = new Map(STATES);
const CODES: ReadonlySet<string> = new Set(CODE_OF.values());

/**
 * The code of a state written in lowercase letters alone: as its code, with the country before it
 * (ISO 3166-2, `usca`), or by name. Undefined where it is none.
 */
export function stateCode(letters: string): string | undefined {
  if (CODES.has(letters)) return letters;
  const named = CODE_OF.get(letters);
  if (named !== undefined) return named;
  const prefixed = letters.length === 4 && letters.startsWith('us') ? letters.slice(2) : '';
  return CODES.has(prefixed) ? prefixed : undefined;
}
