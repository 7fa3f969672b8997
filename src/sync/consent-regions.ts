/** Regions of the world by what an unknown consent means there, in ISO 3166-1 alpha-2. */

/**
 * The European Economic Area: the 27 of the Union, Iceland, Liechtenstein and Norway, as Google's EU
 * user consent policy draws the line. With them go their parts that have codes of their own and the
 * same law: Åland (AX), in the Union by Protocol 2 of Finland's Act of Accession, and the Union's
 * outermost regions by article 349 of the Treaty on its Functioning: French Guiana (GF), Guadeloupe
 * (GP), Martinique (MQ), Saint Martin (MF), Réunion (RE), Mayotte (YT). The other outermost regions
 * count under Spain and Portugal.
 */
export const EEA: readonly string[] = (
  'AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO ' +
  'AX GF GP MQ MF RE YT'
).split(' ');

/**
 * Countries outside it where an unknown consent is a no unless they are named: the United Kingdom
 * and Switzerland, by the same policy, and Gibraltar (GI), whose own GDPR says what the United
 * Kingdom's does.
 */
export const AS_STRICT_AS_EEA: readonly string[] = ['GB', 'CH', 'GI'];

/** What an import gives to a country that it could not read. It may be any of these. */
export const UNREADABLE_COUNTRY = 'ZZ';
