/** What each of a person's particulars gives on each platform, from memory where many share it. */
import { numberAt } from './birth-date.ts';
import { bytesOf } from './digest.ts';
import type { Bytes } from './digest.ts';
import { isRefused } from './outcome.ts';
import type { Normalised } from './outcome.ts';
import { remember } from './remember.ts';
import { BIRTH_DATE, GOOGLE, META, normalise } from './rules.ts';
import type { Rule } from './rules.ts';
import { stateCode } from './us-states.ts';

export interface Part {
  /** The digest that goes into Meta's profile. */
  readonly meta: Bytes | undefined;
  /** `kind:reason` where Meta's rule refused the value, unless it was empty. */
  readonly unusable: string | undefined;
}

export interface NamePart extends Part {
  /** The digest that goes into Google's address. */
  readonly google: Bytes | undefined;
}

function digest(value: Normalised): Bytes | undefined {
  return isRefused(value) ? undefined : bytesOf(value);
}

function textOf(value: Normalised): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function reasonOf({ kind }: Rule, value: Normalised): string | undefined {
  return isRefused(value) && value.reason !== 'empty' ? `${kind}:${value.reason}` : undefined;
}

function partOf(rule: Rule, raw: string, country: string | null = null): Part {
  const value = normalise(rule, raw, country);
  return { meta: digest(value), unusable: reasonOf(rule, value) };
}

/** To hash a plain name is as fast as to remember it; the others are remembered. */
function nameOf(meta: Rule, google: Rule): (raw: string) => NamePart {
  const short = meta.short === google.short ? meta.short : undefined;
  const inFull = remember((raw) => ({
    ...partOf(meta, raw),
    google: digest(normalise(google, raw, null)),
  }));
  return (raw) => {
    const plain = short?.(raw, null);
    if (plain === undefined) return inFull(raw);
    const bytes = bytesOf(plain);
    return { meta: bytes, unusable: undefined, google: bytes };
  };
}

export const firstNameOf = nameOf(META.FN, GOOGLE.givenName);
export const lastNameOf = nameOf(META.LN, GOOGLE.familyName);

const cityInFull = remember((raw) => partOf(META.CT, raw));

export function cityOf(raw: string): Part {
  const plain = META.CT.short?.(raw, null);
  return plain === undefined ? cityInFull(raw) : { meta: bytesOf(plain), unusable: undefined };
}

export const genderOf = remember((raw) => partOf(META.GEN, raw));

export interface RegionPart extends Part {
  /** Two lowercase letters, where it is a state of the United States and the country that. */
  readonly state: string | null;
}

function regionIn(country: string | null): (raw: string) => RegionPart {
  return remember((raw) => {
    const region = textOf(normalise(META.ST, raw, country));
    const state = country === 'US' && region !== undefined ? stateCode(region) : undefined;
    return { ...partOf(META.ST, raw, country), state: state ?? null };
  });
}

export interface CountryPart extends Part {
  /** Google's code, where it is a country. */
  readonly regionCode: string | undefined;
  readonly regionOf: (raw: string) => RegionPart;
}

export const NO_COUNTRY: CountryPart = {
  meta: undefined,
  unusable: undefined,
  regionCode: undefined,
  regionOf: regionIn(null),
};

/** A country that could not be read: counted as that, and otherwise none. */
export const UNREAD_COUNTRY: CountryPart = {
  ...NO_COUNTRY,
  unusable: 'country:not-a-country',
};

export const countryOf = remember((country): CountryPart => ({
  ...partOf(META.COUNTRY, country),
  regionCode: textOf(normalise(GOOGLE.regionCode, country, null)),
  regionOf: regionIn(country),
}));

/** Postal codes are too many to remember. */
export function postalCodeOf(raw: string, country: string | null): Part {
  return partOf(META.ZIP, raw, country);
}

export interface BirthDatePart {
  readonly year: Bytes | undefined;
  readonly month: Bytes | undefined;
  readonly day: Bytes | undefined;
  readonly unusable: string | undefined;
}

const FIRST_YEAR = 1900;
const YEARS = Array.from({ length: 201 }, (_, year) => bytesOf(String(FIRST_YEAR + year)));
const DAYS = Array.from({ length: 32 }, (_, day) => bytesOf(String(day).padStart(2, '0')));

export function birthDateOf(raw: string): BirthDatePart {
  const date = normalise(BIRTH_DATE, raw, null);
  if (typeof date !== 'string') {
    return { ...NO_DATE, unusable: reasonOf(BIRTH_DATE, date) };
  }
  return {
    year: YEARS[numberAt(date, 0, 4) - FIRST_YEAR],
    month: DAYS[numberAt(date, 5, 7)],
    day: DAYS[numberAt(date, 8, 10)],
    unusable: undefined,
  };
}

const NO_DATE: BirthDatePart = {
  year: undefined,
  month: undefined,
  day: undefined,
  unusable: undefined,
};
