/**
 * What each code of Google means for an audience sync: whether it heals, and what a person does.
 * Codes come from `ErrorReason` of the Data Manager API v1, from `google.rpc.Code`, from Google's
 * shared front end (`ErrorInfo.reason`) and from the OAuth 2.0 token endpoint (RFC 6749, 5.2).
 */
import type { FailureKind } from '../connector.ts';

export interface FailureMeaning {
  readonly kind: FailureKind;
  readonly nextStep: string;
}

const OUR_FAULT =
  'This request should never have been sent: report it to the makers of Rekindle with the code and the request id.';

const ROWS: readonly (readonly [FailureKind, string, readonly string[]])[] = [
  [
    'permission',
    'The address that is set for this API does not serve it: unset it (GOOGLE_ADS_URL, GOOGLE_DATA_MANAGER_URL) to reach Google itself, or leave the option upload out. The sandbox has no Google Ads API.',
    ['UNIMPLEMENTED'],
  ],
  [
    'throttled',
    'Wait: Google takes 300 requests a minute per Cloud project; ask for more quota if this is frequent.',
    ['RESOURCE_EXHAUSTED', 'RATE_LIMIT_EXCEEDED', 'rate_limit_exceeded', 'slow_down'],
  ],
  [
    'transient',
    'Nothing to do: the request is sent again by itself.',
    [
      'INTERNAL',
      'INTERNAL_ERROR',
      'UNAVAILABLE',
      'DEADLINE_EXCEEDED',
      'ABORTED',
      'CANCELLED',
      'UNKNOWN',
      'ERROR_REASON_UNSPECIFIED',
      'temporarily_unavailable',
      'server_error',
      'internal_failure',
    ],
  ],
  [
    'auth',
    'Sign in again with the same OAuth client and store the new refresh token; the old one was revoked, has expired or belongs to another client.',
    [
      'UNAUTHENTICATED',
      'invalid_grant',
      'ACCESS_TOKEN_EXPIRED',
      'ACCESS_TOKEN_TYPE_UNSUPPORTED',
      'CREDENTIALS_MISSING',
      'ACCOUNT_STATE_INVALID',
      'SESSION_COOKIE_EXPIRED',
    ],
  ],
  [
    'auth',
    'Check the client id and the client secret against the OAuth client in the Google Cloud console.',
    ['invalid_client', 'unauthorized_client', 'deleted_client', 'disabled_client'],
  ],
  [
    'auth',
    'Make a new JSON key for the service account in the Google Cloud console and store the content of its file.',
    ['UNREADABLE_KEY'],
  ],
  [
    'auth',
    'Check that GOOGLE_OAUTH_URL is a Google token endpoint and that the credentials are complete.',
    ['invalid_request', 'unsupported_grant_type', 'MISSING_CREDENTIAL'],
  ],
  [
    'permission',
    'Sign in again and grant the scope https://www.googleapis.com/auth/datamanager; a token for the Google Ads API alone is not enough.',
    ['ACCESS_TOKEN_SCOPE_INSUFFICIENT', 'invalid_scope', 'access_denied'],
  ],
  [
    'permission',
    'Enable the Data Manager API in the Cloud project of the OAuth client, then wait a few minutes.',
    ['SERVICE_DISABLED', 'API_DISABLED', 'CONSUMER_INVALID', 'BILLING_DISABLED'],
  ],
  [
    'permission',
    'Give the signed-in user or service account the role Service Usage Consumer on the Cloud project of the option quotaProject, or leave that option out.',
    ['USER_PROJECT_DENIED', 'CONSUMER_SUSPENDED'],
  ],
  [
    'permission',
    'Name in the option loginAccount the manager account that this ad account is linked to and that the signed-in user belongs to, or leave it out where the user has direct access.',
    ['OPERATING_ACCOUNT_LOGIN_ACCOUNT_MISMATCH'],
  ],
  [
    'permission',
    'Ask an administrator of the Google Workspace domain to allow this OAuth client.',
    ['admin_policy_enforced', 'org_internal'],
  ],
  [
    'permission',
    'Give the signed-in user standard or admin access to this Google Ads account, and check the account number.',
    [
      'PERMISSION_DENIED',
      'INVALID_CLIENT_ACCOUNT_ID',
      'MISMATCHED_ACCOUNT_TYPE',
      'DESTINATION_ACCOUNT_TYPE_MISMATCH',
      'UNSUPPORTED_OPERATING_ACCOUNT_FOR_DATA_PARTNER',
      'UNSUPPORTED_LINKED_ACCOUNT_FOR_DATA_PARTNER',
      'REQUIRED_PREREQUISITE_LINK_MISSING',
      'UNSUPPORTED_ACCOUNT_TYPE_FOR_PARTNER_LINK',
    ],
  ],
  [
    'permission',
    'Use the Google Ads account that made this list, or another audience name; only the maker may change a list.',
    [
      'OWNERSHIP_REQUIRED_FOR_UPDATE',
      'DATA_PARTNER_USER_LIST_MUTATE_NOT_ALLOWED',
      'USER_LIST_MUTATION_NOT_SUPPORTED',
    ],
  ],
  [
    'terms',
    'Accept the Customer Match terms in Google Ads under Tools, Audience manager, for this account.',
    ['TERMS_AND_CONDITIONS_NOT_SIGNED', 'ADVERTISER_TOS_NOT_ACCEPTED'],
  ],
  [
    'terms',
    'Answer the EU political advertising declaration in the settings of this Google Ads account.',
    ['EU_POLITICAL_ADVERTISING_DECLARATION_REQUIRED'],
  ],
  [
    'policy',
    'Ask Google Ads support whether this account may use Customer Match; it needs a good history of policy compliance and payment.',
    [
      'NOT_ALLOWLISTED',
      'ADVERTISER_NOT_ALLOWLISTED_FOR_UPLOADED_DATA',
      'ADVERTISER_NOT_ALLOWLISTED_FOR_THIRD_PARTY_PARTNER_DATA',
      'DATA_PARTNER_NOT_ALLOWLISTED_FOR_THIRD_PARTY_PARTNER_DATA',
      'THIRD_PARTY_USER_DATA_NOT_ALLOWED',
      'PARTNER_MATCH_FOR_MANAGER_ACCOUNT_DISALLOWED',
      'SENSITIVE_USER_LIST_IMMUTABLE',
    ],
  ],
  [
    'policy',
    'Use an ordinary Google Ads account rather than a manager account; this one cannot hold Customer Match lists.',
    [
      'USER_LIST_TYPE_NOT_SUPPORTED_FOR_ACCOUNT',
      'UNSUPPORTED_ACCOUNT_TYPES_FOR_USER_LIST_TYPE',
      'UNSUPPORTED_INGESTED_USER_LIST_INFO_CONFIG',
    ],
  ],
  [
    'gone',
    'Look in Google Ads, under Tools, Audience manager, whether the list was removed.',
    ['NOT_FOUND', 'INVALID_USER_LIST_ID', 'INVALID_RESOURCE_NAME'],
  ],
  [
    'gone',
    'Nothing to do: Google no longer knows this upload, so its rows count as unknown.',
    ['INVALID_REQUEST_ID'],
  ],
  [
    'invalid',
    'Choose another audience name; this one is taken by a list that Rekindle did not make.',
    ['DISPLAY_NAME_ALREADY_USED', 'ALREADY_EXISTS'],
  ],
  [
    'invalid',
    'Choose another audience name; Google does not take this one.',
    ['INVALID_DISPLAY_NAME', 'USER_LIST_NAME_RESERVED', 'FIELD_VALUE_TOO_LONG'],
  ],
  [
    'invalid',
    'Make a new list: this one does not take hashed contact details. Choose another audience name.',
    ['INVALID_USER_LIST_TYPE', 'UNSUPPORTED_USER_LIST_UPLOAD_KEY_TYPES'],
  ],
  [
    'invalid',
    'Open the list again in Google Ads under Tools, Audience manager, or remove it there so that the next run makes a new one.',
    ['LIST_CLOSED'],
  ],
  [
    'invalid',
    'Correct the country and the postal code of these people where they are imported from; until then nothing is sent of them that has only this.',
    ['INVALID_POSTAL_CODE', 'INVALID_COUNTRY_CODE'],
  ],
  [
    'invalid',
    'Check the clock of this machine; a list can only be swept of those added before a moment that has passed.',
    ['INVALID_REMOVE_AS_OF_TIME'],
  ],
  [
    'invalid',
    'Set the option upload to data-manager: only the Data Manager API can take off those who were not added again.',
    ['SWEEP_BY_ADS_API'],
  ],
  [
    'invalid',
    OUR_FAULT,
    [
      'INVALID_ARGUMENT',
      'FAILED_PRECONDITION',
      'OUT_OF_RANGE',
      'REQUIRED_FIELD_MISSING',
      'INVALID_FORMAT',
      'INVALID_HEX_ENCODING',
      'INVALID_BASE64_ENCODING',
      'INVALID_SHA256_FORMAT',
      'INVALID_ENUM_VALUE',
      'INVALID_AUDIENCE_MEMBER',
      'TOO_MANY_AUDIENCE_MEMBERS',
      'TOO_MANY_USER_IDENTIFIERS',
      'TOO_MANY_DESTINATIONS',
      'INVALID_DESTINATION',
      'INVALID_MOBILE_ID_FORMAT',
      'MULTIPLE_DATA_TYPES_NOT_ALLOWED',
      'DIFFERENT_LOGIN_ACCOUNTS_NOT_ALLOWED_FOR_DATA_PARTNER',
      'LINKED_ACCOUNT_ONLY_ALLOWED_WITH_DATA_PARTNER_LOGIN_ACCOUNT',
      'INVALID_NUMBER_FORMAT',
      'DUPLICATE_DESTINATION_REFERENCE',
      'NO_IDENTIFIERS_PROVIDED',
      'FIELD_VALUE_TOO_SHORT',
      'TOO_MANY_ELEMENTS',
      'TOO_FEW_ELEMENTS',
      'IMMUTABLE_FIELD_FOR_UPDATE',
      'INVALID_FILTER',
      'INVALID_UPDATE_MASK',
      'INVALID_PAGE_TOKEN',
      'INVALID_DESCRIPTION',
      'MEMBERSHIP_DURATION_TOO_LONG',
    ],
  ],
];

const MEANINGS: ReadonlyMap<string, FailureMeaning> = new Map(
  ROWS.flatMap(([kind, nextStep, codes]) => codes.map((code) => [code, { kind, nextStep }])),
);

/** Every code with a meaning of its own. */
export const KNOWN_CODES: readonly string[] = [...MEANINGS.keys()];

/** What a code means; undefined for a code that is not in the table. */
export function meaningOf(code: string): FailureMeaning | undefined {
  return MEANINGS.get(code);
}

/**
 * What a refused assertion of a service account means, by the words beside `invalid_grant`: "JWT
 * error codes" of Google's "OAuth 2.0 for server to server applications".
 */
const ASSERTIONS: readonly (readonly [RegExp, string])[] = [
  [
    /iat|exp|timeframe|short-lived|clock/i,
    'Set the clock of this machine by a time server; what a service account signs is good for an hour around the time of signing.',
  ],
  [
    /signature/i,
    'Make a new JSON key for the service account and store it; this one was deleted or disabled, has expired, or belongs to another account.',
  ],
  [
    /account|email/i,
    'Look for the service account in the Google Cloud console: it was deleted or disabled. Enable it, or store the key of another.',
  ],
];

/** The meaning for a service account where it differs from that for a refresh token. */
export function meaningOfAssertion(error: string, description: string): FailureMeaning | undefined {
  if (error === 'disabled_client' || error === 'unauthorized_client') {
    const nextStep =
      'Enable the service account and its key in the Google Cloud console, or store a new key.';
    return { kind: 'auth', nextStep };
  }
  if (error !== 'invalid_grant') return undefined;
  const [, nextStep] = ASSERTIONS.find(([words]) => words.test(description)) ?? [];
  return {
    kind: 'auth',
    nextStep:
      nextStep ??
      'Check the clock of this machine, then whether the service account and its key are still enabled in the Google Cloud console.',
  };
}

/** What an answer means by its HTTP status alone, where Google gave no code that we know. */
export function meaningOfStatus(status: number): FailureMeaning {
  const code =
    status === 401
      ? 'UNAUTHENTICATED'
      : status === 403
        ? 'PERMISSION_DENIED'
        : status === 404
          ? 'NOT_FOUND'
          : status === 429
            ? 'RESOURCE_EXHAUSTED'
            : status === 408 || status === 409 || status >= 500
              ? 'UNAVAILABLE'
              : 'INVALID_ARGUMENT';
  return MEANINGS.get(code) ?? { kind: 'invalid', nextStep: OUR_FAULT };
}
