/** What it means on a destination that somebody's consent is not known. */
import { z } from 'zod';
import { readCountry } from '../customer/index.ts';
import { AS_STRICT_AS_EEA, EEA, UNREADABLE_COUNTRY } from './consent-regions.ts';
import { LimitedUseAreas, resolveLimitedUse } from './limited-use.ts';
import type { LimitedUse } from './limited-use.ts';

const REGIONS = { eea: 'EEA', elsewhere: 'elsewhere' } as const;

/** Answers by region, those for wider regions around those for countries, which go by the alphabet. */
const Answers = z
  .record(z.string(), z.enum(['allow', 'deny']))
  .superRefine((answers, context) => {
    for (const key of Object.keys(answers)) {
      const message = wrongRegion(key);
      if (message !== null) context.addIssue({ code: 'custom', path: [key], message });
    }
  })
  .transform((answers) =>
    Object.fromEntries(
      Object.entries(answers).toSorted(([one], [other]) =>
        placeOf(one).localeCompare(placeOf(other)),
      ),
    ),
  );

/** A destination's policy as the configuration writes it and the database keeps it: what is said. */
export const ConsentSettings = z
  .strictObject({ unknown: Answers.optional(), limitedDataUse: LimitedUseAreas.optional() })
  .transform(({ unknown = {}, limitedDataUse = [] }) => ({
    ...(Object.keys(unknown).length > 0 ? { unknown } : {}),
    ...(limitedDataUse.length > 0 ? { limitedDataUse } : {}),
  }));
export type ConsentSettings = z.infer<typeof ConsentSettings>;

/**
 * The policy as SQL takes it. Somebody whose consent is not known is left out if and only if
 * `country = ANY(denyCountries) OR (denyElsewhere AND (country IS NULL OR NOT country =
 * ANY(allowCountries)))`.
 */
export interface ConsentPolicy {
  /** ISO 3166-1 alpha-2, in capital letters. */
  readonly allowCountries: readonly string[];
  readonly denyCountries: readonly string[];
  /** For every other country, and for people without one. */
  readonly denyElsewhere: boolean;
  readonly limitedUse: LimitedUse;
}

/**
 * What is said, completed by what holds where nothing is: no in the EEA, the United Kingdom and
 * Switzerland (DESIGN rule 2), yes elsewhere. A country beats the EEA, which beats elsewhere. A
 * country that could not be read may be any, so there it is always no.
 */
export function resolveConsentPolicy(settings: ConsentSettings): ConsentPolicy {
  const said: Readonly<Record<string, 'allow' | 'deny'>> = settings.unknown ?? {};
  const answers = new Map<string, 'allow' | 'deny'>([
    ...EEA.map((country) => [country, said[REGIONS.eea] ?? 'deny'] as const),
    ...AS_STRICT_AS_EEA.map((country) => [country, 'deny'] as const),
    ...Object.entries(said),
    [UNREADABLE_COUNTRY, 'deny'],
  ]);
  answers.delete(REGIONS.eea);
  answers.delete(REGIONS.elsewhere);
  const countriesWith = (wanted: 'allow' | 'deny') =>
    [...answers]
      .filter(([, answer]) => answer === wanted)
      .map(([country]) => country)
      .toSorted();
  return {
    allowCountries: countriesWith('allow'),
    denyCountries: countriesWith('deny'),
    denyElsewhere: said[REGIONS.elsewhere] === 'deny',
    limitedUse: resolveLimitedUse(settings.limitedDataUse ?? []),
  };
}

/** What is wrong with the name of a region; null where nothing is. */
function wrongRegion(key: string): string | null {
  if (key === REGIONS.eea || key === REGIONS.elsewhere) return null;
  const country = readCountry(key);
  if (key === UNREADABLE_COUNTRY) {
    return 'stands for countries that could not be read, where an unknown consent is always a no';
  }
  if (country === '' || country === UNREADABLE_COUNTRY) {
    return 'is not a country; write EEA, elsewhere, or two letters of ISO 3166-1 such as JP';
  }
  return country === key ? null : `is not how a country is written here; write ${country}`;
}

/** Sorts the EEA first and elsewhere last. */
function placeOf(region: string): string {
  if (region === REGIONS.eea) return '0';
  return region === REGIONS.elsewhere ? '2' : `1${region}`;
}
