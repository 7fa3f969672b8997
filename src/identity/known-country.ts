/** Unicode's code for a country that could not be read, which an import leaves. */
const UNREADABLE = 'ZZ';

/** The country in capital letters; null where it says nothing. */
export function knownCountry(country: string | null): string | null {
  if (country === null || country === '') return null;
  const code = country.toUpperCase();
  return code === UNREADABLE ? null : code;
}
