/** Names, address, birth date and gender together: Meta's profile, Google's address, a state. */
import type { Contact } from '../customer/index.ts';
import type { Bytes } from './digest.ts';
import { addressBytes, packProfile } from './pack.ts';
import {
  NO_COUNTRY,
  UNREAD_COUNTRY,
  birthDateOf,
  cityOf,
  countryOf,
  firstNameOf,
  genderOf,
  lastNameOf,
  postalCodeOf,
} from './particulars.ts';
import type { BirthDatePart, NamePart, RegionPart } from './particulars.ts';
import { GOOGLE, normalise } from './rules.ts';

export interface Profiled {
  /** Meta's columns, null where there is none of them. */
  readonly profile: Buffer | null;
  /** Google's address: all four parts, or none. */
  readonly address: readonly Buffer[];
  readonly usState: string | null;
}

const NOTHING: NamePart & RegionPart & BirthDatePart = {
  meta: undefined,
  google: undefined,
  state: null,
  year: undefined,
  month: undefined,
  day: undefined,
  unusable: undefined,
};

/**
 * @param country as in `person`, null where it says nothing.
 * @param unusable `kind:reason` of what could not be used is added to it.
 */
export function profileOf(person: Contact, country: string | null, unusable: string[]): Profiled {
  const place = placeOf(person.country, country);
  const firstName = isGiven(person.firstName) ? firstNameOf(person.firstName) : NOTHING;
  const lastName = isGiven(person.lastName) ? lastNameOf(person.lastName) : NOTHING;
  const city = isGiven(person.city) ? cityOf(person.city) : NOTHING;
  const region = isGiven(person.region) ? place.regionOf(person.region) : NOTHING;
  const code = isGiven(person.postalCode) ? postalCodeOf(person.postalCode, country) : NOTHING;
  const born = isGiven(person.birthDate) ? birthDateOf(person.birthDate) : NOTHING;
  const gender = isGiven(person.gender) ? genderOf(person.gender) : NOTHING;
  note(firstName.unusable, unusable);
  note(lastName.unusable, unusable);
  note(city.unusable, unusable);
  note(region.unusable, unusable);
  note(code.unusable, unusable);
  note(place.unusable, unusable);
  note(born.unusable, unusable);
  note(gender.unusable, unusable);
  return {
    profile: packProfile([
      firstName.meta,
      lastName.meta,
      city.meta,
      region.meta,
      code.meta,
      place.meta,
      born.year,
      born.month,
      born.day,
      gender.meta,
    ]),
    address: addressOf(firstName.google, lastName.google, place.regionCode, person.postalCode),
    usState: region.state,
  };
}

function placeOf(written: string | null, country: string | null) {
  if (country !== null) return countryOf(country);
  return isGiven(written) ? UNREAD_COUNTRY : NO_COUNTRY;
}

function note(reason: string | undefined, unusable: string[]): void {
  if (reason !== undefined) unusable.push(reason);
}

function isGiven(raw: string | null): raw is string {
  return raw !== null && raw !== '';
}

const NO_ADDRESS: readonly Buffer[] = [];

/** A request with an incomplete address fails as a whole (Data Manager API, "Ingest members"). */
function addressOf(
  givenName: Bytes | undefined,
  familyName: Bytes | undefined,
  regionCode: string | undefined,
  postalCode: string | null,
): readonly Buffer[] {
  if (givenName === undefined || familyName === undefined) return NO_ADDRESS;
  if (regionCode === undefined || !isGiven(postalCode)) return NO_ADDRESS;
  const code = normalise(GOOGLE.postalCode, postalCode, regionCode);
  return typeof code === 'string'
    ? [addressBytes(givenName, familyName, regionCode, code)]
    : NO_ADDRESS;
}
