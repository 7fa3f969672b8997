/**
 * Where an unknown consent counts as a no: the European Economic Area (the 27 of the Union,
 * Iceland, Liechtenstein, Norway), the United Kingdom and Switzerland, as Google's EU user consent
 * policy draws the line. ISO 3166-1 alpha-2. A customer without a country counts as elsewhere.
 */
export const CONSENT_COUNTRIES: readonly string[] =
  'AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO GB CH'.split(
    ' ',
  );
