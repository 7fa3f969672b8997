/** What is wrong with an address before Google sees it. */
import type { PostalName } from '../../src/identity/types.ts';

/** ISO 3166-1 alpha-2 as assigned in 2026. Kosovo's XK and others left to users are none. */
const REGIONS: ReadonlySet<string> = new Set(
  (
    'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO ' +
    'BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ ' +
    'DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP ' +
    'GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG ' +
    'KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML ' +
    'MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE ' +
    'PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL ' +
    'SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM ' +
    'US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW'
  ).split(' '),
);

/**
 * Why Google would refuse an address, in its own words; undefined where nothing is known against
 * it. Region and postal code come from people's data as they are, and Google fails the whole
 * request for one that is malformed or blank ("Understand errors"), so they are looked at first.
 * Its rules are not published: a region is an assigned code of ISO 3166-1, and a postal code is
 * short, trimmed, of letters and digits with single spaces or hyphens between, and has a digit,
 * save in Bermuda, where "HM FX" is one.
 */
export function addressProblem({
  regionCode,
  postalCode,
}: PostalName): 'INVALID_COUNTRY_CODE' | 'INVALID_POSTAL_CODE' | undefined {
  if (!REGIONS.has(regionCode)) return 'INVALID_COUNTRY_CODE';
  const written = postalCode.length <= 20 && /^[\dA-Za-z]+(?:[ -][\dA-Za-z]+)*$/.test(postalCode);
  const lettersAlone = regionCode === 'BM' && /^[A-Za-z]{2} ?[A-Za-z]{2}$/.test(postalCode);
  return written && (/\d/.test(postalCode) || lettersAlone) ? undefined : 'INVALID_POSTAL_CODE';
}
