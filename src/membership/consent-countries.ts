/**
 * Where an unknown consent counts as a no, in ISO 3166-1 alpha-2. A customer without a country counts
 * as elsewhere.
 *
 * - The European Economic Area (the 27 of the Union, Iceland, Liechtenstein, Norway), the United
 *   Kingdom and Switzerland, as Google's EU user consent policy draws the line.
 * - Parts of those that have codes of their own, and the same law: Åland (AX), in the Union by
 *   Protocol 2 of Finland's Act of Accession; the Union's outermost regions by article 349 of the
 *   Treaty on its Functioning: French Guiana (GF), Guadeloupe (GP), Martinique (MQ), Saint Martin
 *   (MF), Réunion (RE), Mayotte (YT). The others count under Spain and Portugal.
 * - Gibraltar (GI): British, in the Union until 2020, and its own Gibraltar GDPR says what the
 *   United Kingdom's does.
 * - ZZ, which the import gives to a country that it could not read: it may be any of these.
 */
export const CONSENT_COUNTRIES: readonly string[] = (
  'AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO ' +
  'GB CH AX GF GP MQ MF RE YT GI ZZ'
).split(' ');
