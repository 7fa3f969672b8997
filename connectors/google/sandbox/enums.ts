/**
 * The enums that the sandbox takes and gives, each value at its number. ProtoJSON takes both forms;
 * answers have names, or numbers where a client asks for `$alt=json;enum-encoding=int`, as Google's
 * generated clients do.
 */
import { z } from 'zod';

const CONSENT = ['CONSENT_STATUS_UNSPECIFIED', 'CONSENT_GRANTED', 'CONSENT_DENIED'] as const;
const ENCODING = ['ENCODING_UNSPECIFIED', 'HEX', 'BASE64'] as const;
const TERMS = ['TERMS_OF_SERVICE_STATUS_UNSPECIFIED', 'ACCEPTED', 'REJECTED'] as const;
const ACCOUNT_TYPE = [
  'ACCOUNT_TYPE_UNSPECIFIED',
  'GOOGLE_ADS',
  'DISPLAY_VIDEO_PARTNER',
  'DISPLAY_VIDEO_ADVERTISER',
  'DATA_PARTNER',
  'GOOGLE_ANALYTICS_PROPERTY',
  'GOOGLE_AD_MANAGER_AUDIENCE_LINK',
  'FLOODLIGHT_CONFIG',
] as const;
const KEY_TYPE = [
  'UPLOAD_KEY_TYPE_UNSPECIFIED',
  'CONTACT_ID',
  'MOBILE_ID',
  'USER_ID',
  'PAIR_ID',
  'PSEUDONYMOUS_ID',
] as const;
const DATA_SOURCE = ['DATA_SOURCE_TYPE_UNSPECIFIED', 'DATA_SOURCE_TYPE_FIRST_PARTY'] as const;
const KEY_SPACE = ['KEY_SPACE_UNSPECIFIED', 'IOS', 'ANDROID'] as const;
const MEMBERSHIP = ['MEMBERSHIP_STATUS_UNSPECIFIED', 'OPEN', 'CLOSED'] as const;

export const ConsentStatus = protoEnum(CONSENT);
export const Encoding = protoEnum(ENCODING);
export const TermsStatus = protoEnum(TERMS);
export const AccountType = protoEnum(ACCOUNT_TYPE);
export const UploadKeyType = protoEnum(KEY_TYPE);
export const DataSourceType = protoEnum(DATA_SOURCE);
export const KeySpace = protoEnum(KEY_SPACE);
export const MembershipStatus = protoEnum(MEMBERSHIP);

/** The enums of answers by the field that holds one; no field of these names holds anything else. */
const BY_FIELD: ReadonlyMap<string, ReadonlyMap<string, number>> = new Map(
  Object.entries({
    accountType: numbered(ACCOUNT_TYPE),
    uploadKeyTypes: numbered(KEY_TYPE),
    dataSourceType: numbered(DATA_SOURCE),
    membershipStatus: numbered(MEMBERSHIP),
    accessReason: new Map([['OWNED', 1]]),
    accountAccessStatus: new Map([['ENABLED', 1]]),
    requestStatus: numbered([
      'REQUEST_STATUS_UNKNOWN',
      'SUCCESS',
      'PROCESSING',
      'FAILED',
      'PARTIAL_SUCCESS',
    ]),
    uploadMatchRateRange: numbered([
      'MATCH_RATE_RANGE_UNKNOWN',
      'MATCH_RATE_RANGE_NOT_ELIGIBLE',
      'MATCH_RATE_RANGE_LESS_THAN_20',
      'MATCH_RATE_RANGE_20_TO_30',
      'MATCH_RATE_RANGE_31_TO_40',
      'MATCH_RATE_RANGE_41_TO_50',
      'MATCH_RATE_RANGE_51_TO_60',
      'MATCH_RATE_RANGE_61_TO_70',
      'MATCH_RATE_RANGE_71_TO_80',
      'MATCH_RATE_RANGE_81_TO_90',
      'MATCH_RATE_RANGE_91_TO_100',
    ]),
    type: numbered(['DATA_TYPE_UNSPECIFIED', 'EMAIL', 'PHONE_NUMBER', 'ADDRESS', 'IP_ADDRESS']),
    reason: new Map([
      ['PROCESSING_ERROR_REASON_DENIED_CONSENT', 4],
      ['PROCESSING_ERROR_REASON_NO_CONSENT', 5],
    ]),
  }),
);

/** An answer with the numbers of its enums in place of their names. */
export function withNumbers(answer: unknown, field = ''): unknown {
  if (Array.isArray(answer)) return answer.map((each) => withNumbers(each, field));
  if (typeof answer === 'string') return BY_FIELD.get(field)?.get(answer) ?? answer;
  if (typeof answer !== 'object' || answer === null) return answer;
  return Object.fromEntries(
    Object.entries(answer).map(([name, value]) => [name, withNumbers(value, name)]),
  );
}

function numbered(names: readonly string[]): ReadonlyMap<string, number> {
  return new Map(names.map((name, number) => [name, number]));
}

/** A value by name or by number; what it is read as is the name. */
function protoEnum<const Names extends readonly [string, ...string[]]>(names: Names) {
  const [unspecified] = names;
  return z.union([
    z.enum(names),
    z
      .int()
      .min(0)
      .max(names.length - 1)
      .transform((number): Names[number] => names[number] ?? unspecified),
  ]);
}
