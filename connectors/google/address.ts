/** What is wrong with an address before Google sees it. */
import type { PostalName } from '../../src/identity/types.ts';

/**
 * Why Google would refuse an address, in its own words; undefined where nothing is known against
 * it. Region and postal code come from people's data as they are, and Google fails the whole
 * request for one that is malformed or blank ("Understand errors"), so they are looked at first.
 * Its rules are not published: a region is two capitals (ISO 3166-1; ZZ is nobody's), and a postal
 * code is short, trimmed, and of letters and digits with single spaces and hyphens between.
 */
export function addressProblem({
  regionCode,
  postalCode,
}: PostalName): 'INVALID_COUNTRY_CODE' | 'INVALID_POSTAL_CODE' | undefined {
  if (!/^[A-Z]{2}$/.test(regionCode) || regionCode === 'ZZ') return 'INVALID_COUNTRY_CODE';
  return postalCode.length <= 20 && /^[\dA-Za-z]+(?:[ -][\dA-Za-z]+)*$/.test(postalCode)
    ? undefined
    : 'INVALID_POSTAL_CODE';
}
