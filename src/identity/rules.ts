/**
 * The table of rules: for each platform and each kind of value, by the platform's own name for it,
 * how raw text becomes what is sent. The files of the kinds name the page that each rule is from.
 */
import {
  DEVICE_ID_STEPS,
  EXTERNAL_ID_STEPS,
  X_DEVICE_ID_STEPS,
  X_HANDLE_STEPS,
  X_ID_STEPS,
} from './account-id.ts';
import {
  BIRTH_DATE_STEPS,
  META_DAY_STEPS,
  META_MONTH_STEPS,
  META_YEAR_STEPS,
  plainDay,
} from './birth-date.ts';
import { EMAIL_STEPS, gmail, plainAddress } from './email.ts';
import { META_GENDER_STEPS } from './gender.ts';
import {
  GOOGLE_FAMILY_NAME_STEPS,
  GOOGLE_GIVEN_NAME_STEPS,
  META_INITIAL_STEPS,
  META_NAME_STEPS,
  plainLetters,
} from './name.ts';
import type { Normalised } from './outcome.ts';
import { plainNumber } from './phone-shapes.ts';
import { DIGITS_STEPS, E164_STEPS, withoutPlus } from './phone.ts';
import {
  GOOGLE_REGION_CODE_STEPS,
  META_CITY_STEPS,
  META_COUNTRY_STEPS,
  META_REGION_STEPS,
} from './place.ts';
import { GOOGLE_POSTAL_CODE_STEPS, META_ZIP_STEPS, plainCode, plainZip } from './postal-code.ts';
import { walk } from './step.ts';
import type { Step } from './step.ts';
import type { IdentifierKind } from './types.ts';

export interface Rule {
  /** The column of an import that it reads. */
  readonly kind: IdentifierKind;
  readonly steps: readonly Step[];
  /** `sha256`: the digest of the text is sent; `plain`: the text. */
  readonly encoding: 'sha256' | 'plain';
  /**
   * The text for values of a common shape that the steps would give, found faster; undefined for
   * all others. A property test holds the two together.
   */
  readonly short?: (raw: string, country: string | null) => string | undefined;
}

const email: Rule = {
  kind: 'email',
  steps: EMAIL_STEPS,
  encoding: 'sha256',
  short: plainAddress,
};

const phone: Rule = {
  kind: 'phone',
  steps: E164_STEPS,
  encoding: 'sha256',
  short: plainNumber,
};

const deviceId: Rule = { kind: 'mobile_id', steps: DEVICE_ID_STEPS, encoding: 'plain' };
const externalId: Rule = { kind: 'external_id', steps: EXTERNAL_ID_STEPS, encoding: 'plain' };

const hashed = (kind: IdentifierKind, steps: readonly Step[], short?: Rule['short']): Rule => ({
  kind,
  steps,
  encoding: 'sha256',
  ...(short === undefined ? {} : { short }),
});

export const META = {
  EMAIL: email,
  PHONE: hashed('phone', [...E164_STEPS, withoutPlus]),
  FN: hashed('first_name', META_NAME_STEPS, plainLetters),
  LN: hashed('last_name', META_NAME_STEPS, plainLetters),
  FI: hashed('first_name', META_INITIAL_STEPS),
  CT: hashed('city', META_CITY_STEPS, plainLetters),
  ST: hashed('region', META_REGION_STEPS),
  ZIP: hashed('postal_code', META_ZIP_STEPS, plainZip),
  COUNTRY: hashed('country', META_COUNTRY_STEPS),
  DOBY: hashed('birth_date', META_YEAR_STEPS),
  DOBM: hashed('birth_date', META_MONTH_STEPS),
  DOBD: hashed('birth_date', META_DAY_STEPS),
  GEN: hashed('gender', META_GENDER_STEPS),
  MADID: deviceId,
  EXTERN_ID: externalId,
} as const satisfies Record<string, Rule>;

export const GOOGLE = {
  email: hashed('email', [...EMAIL_STEPS, gmail]),
  phone,
  givenName: hashed('first_name', GOOGLE_GIVEN_NAME_STEPS, plainLetters),
  familyName: hashed('last_name', GOOGLE_FAMILY_NAME_STEPS, plainLetters),
  regionCode: { kind: 'country', steps: GOOGLE_REGION_CODE_STEPS, encoding: 'plain' },
  postalCode: {
    kind: 'postal_code',
    steps: GOOGLE_POSTAL_CODE_STEPS,
    encoding: 'plain',
    short: plainCode,
  },
  mobileId: deviceId,
  userId: externalId,
} as const satisfies Record<string, Rule>;

export const X = {
  email,
  phone_number: phone,
  handle: hashed('x_handle', X_HANDLE_STEPS),
  twitter_id: hashed('x_id', X_ID_STEPS),
  device_id: hashed('mobile_id', X_DEVICE_ID_STEPS),
  partner_user_id: externalId,
} as const satisfies Record<string, Rule>;

const PLATFORMS: ReadonlyMap<string, Readonly<Record<string, Rule>>> = new Map(
  Object.entries({ meta: META, google: GOOGLE, x: X }),
);

/** A platform's rules by its own names of the values, undefined for a platform that has none. */
export function rulesOf(platform: string): Readonly<Record<string, Rule>> | undefined {
  return PLATFORMS.get(platform);
}

/** A birth date as a whole, from which Meta's three columns are cut. */
export const BIRTH_DATE: Rule = hashed('birth_date', BIRTH_DATE_STEPS, plainDay);

/** Meta's rule for a phone number of which nobody knows the country; see `DIGITS_STEPS`. */
export const PHONE_WITHOUT_COUNTRY: Rule = hashed('phone', DIGITS_STEPS);

/**
 * A raw value under a rule: text, a digest that it was already, or why neither. Never throws.
 *
 * @param country the customer's, ISO alpha-2 in capital letters, or null.
 */
export function normalise(rule: Rule, raw: string, country: string | null): Normalised {
  return rule.short?.(raw, country) ?? walk(rule.steps, raw, country);
}
