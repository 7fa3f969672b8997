/** Calling codes, for those who know a customer's and not the country. */
import { isSupportedCountry } from 'libphonenumber-js';
import metadata from 'libphonenumber-js/min/metadata';

/**
 * The main country of a calling code written as `+44`, `44` or `+1 (default)`, as ISO alpha-2;
 * undefined where it is none.
 */
export function countryOfCallingCode(text: string): string | undefined {
  const code = /^\s*\+?\s*(\d{1,3})(?!\d)/u.exec(text.normalize('NFKC'))?.[1];
  if (code === undefined) return undefined;
  const countries = Object.entries(metadata.country_calling_codes).find(([own]) => own === code);
  const main = countries?.[1][0];
  // 800, 870 and the like belong to no country, which the table writes as 001.
  return main !== undefined && isSupportedCountry(main) ? main : undefined;
}
