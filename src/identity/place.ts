/**
 * City, region and country.
 *
 * Meta: CT lowercase without punctuation, special characters and spaces; ST the two-letter code in
 * the United States, else the same as a city; COUNTRY ISO 3166-1 alpha-2 in lower case (Marketing
 * API, "Custom Audiences"). Digits go too, as in Meta's own libraries. Google: regionCode is the
 * country in capital letters, sent as it is (Data Manager API, "Format user data").
 */
import { passDigests } from './already-hashed.ts';
import { refuse } from './outcome.ts';
import type { Step } from './step.ts';
import { CLEANED, lowered, meant, meantAsName, uppered } from './text.ts';
import { stateCode } from './us-states.ts';

/** Accents and other scripts stay, as they do in names; nothing says to take them off. */
const lettersAlone: Step = {
  does: 'keep letters alone',
  apply: (text) => {
    const letters = text.replaceAll(/[^\p{L}\p{M}]|[\u02b9-\u02bf]/gu, '').normalize('NFKC');
    return letters === '' ? refuse('no-letters') : letters;
  },
};

/** Where the country is another, Georgia is Georgia and 'ca' not California. */
const state: Step = {
  does: 'write a state of the United States as its two letters',
  apply: (region, country) =>
    country === null || country === 'US' ? (stateCode(region) ?? region) : region,
};

export const META_CITY_STEPS: readonly Step[] = [
  ...CLEANED,
  meantAsName,
  passDigests,
  lowered,
  lettersAlone,
  meantAsName,
  passDigests,
];

export const META_REGION_STEPS: readonly Step[] = [...META_CITY_STEPS, state];

/** The EU's codes for the United Kingdom and Greece. */
const EU_CODES: ReadonlyMap<string, string> = new Map([
  ['uk', 'gb'],
  ['el', 'gr'],
]);

/**
 * Two letters, strictly: a name such as "United States" or a code of three would be guessed at. An
 * import reads those, and keeps the two letters. ZZ is Unicode's code for what could not be read.
 */
const twoLetters: Step = {
  does: 'ask for two letters of ISO 3166-1',
  apply: (text) => {
    const code = text.replaceAll(/[\s.]/gu, '');
    if (!/^[a-z]{2}$/u.test(code) || code === 'zz') return refuse('not-a-country');
    return EU_CODES.get(code) ?? code;
  },
};

export const META_COUNTRY_STEPS: readonly Step[] = [
  ...CLEANED,
  meant,
  passDigests,
  lowered,
  twoLetters,
];

export const GOOGLE_REGION_CODE_STEPS: readonly Step[] = [
  ...CLEANED,
  meant,
  lowered,
  twoLetters,
  uppered,
];
