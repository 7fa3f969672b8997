/**
 * What each error of the Google Ads API means here: whether it heals, and what a person does. Codes
 * are written as Google's reference has them, `QuotaError.RESOURCE_EXHAUSTED`; those without a point
 * are statuses of `google.rpc.Code` and reasons of Google's shared front end. The families are those
 * of `GoogleAdsFailure` in v25 (developers.google.com/google-ads/api/reference/rpc/v25).
 */
import type { FailureMeaning } from './failure-table.ts';

const OUR_FAULT =
  'This request should never have been sent: report it to the makers of Rekindle with the code and the request id.';
const SIGN_IN =
  'Sign in again with the same OAuth client, grant the scope https://www.googleapis.com/auth/adwords, and store the new refresh token.';
const ACCOUNT_ACCESS =
  'Give the signed-in user access to this Google Ads account; where the access comes through a manager account, name that one in the option loginAccount.';
const PROJECT_ACCESS =
  'Apply for access to the Google Ads API for the Cloud project of the OAuth client, in the API Center of Google Ads; the test level reads test accounts alone.';
const ENABLE =
  'Enable the Google Ads API in the Cloud project of the OAuth client, then wait a few minutes.';
const OTHER_UPLOAD =
  'Take the option upload off this destination, so that uploads go through the Data Manager API: since 2026-04-01 the Google Ads API takes them from allow-listed projects alone.';
const ASK_SUPPORT =
  'Ask Google Ads support whether this account may use Customer Match; it needs a good history of policy compliance and payment.';
const LIST_GONE =
  'Run the sync again: the list was removed from the account, and a new one is made and filled.';
const OTHER_LIST =
  'Make a new list: this one does not take hashed contact details. Choose another audience name.';
const WAIT =
  'Wait until Google counts anew: the Cloud project has used its operations of the day, or sent too many at a time; a higher access level raises the daily number.';
const BY_ITSELF = 'Nothing to do: the request is sent again by itself.';

/** Refusals that name an operation and mean the list that it is for. */
const ABOUT_THE_LIST: readonly string[] = [
  'OfflineUserDataJobError.INVALID_USER_LIST_TYPE',
  'OfflineUserDataJobError.INCOMPATIBLE_UPLOAD_KEY_TYPE',
  'UserDataError.USER_LIST_NOT_APPLICABLE',
];

const ROWS: readonly (readonly [FailureMeaning['kind'], string, readonly string[]])[] = [
  [
    'permission',
    'The address that is set for this API does not serve it: unset it (GOOGLE_ADS_URL, GOOGLE_DATA_MANAGER_URL) to reach Google itself, or leave the option upload out. The sandbox has no Google Ads API.',
    ['UNIMPLEMENTED'],
  ],
  ['throttled', WAIT, ['QuotaError.*', 'RESOURCE_EXHAUSTED', 'RATE_LIMIT_EXCEEDED']],
  [
    'transient',
    BY_ITSELF,
    [
      'InternalError.*',
      'DatabaseError.CONCURRENT_MODIFICATION',
      'RequestError.EXPIRED_PAGE_TOKEN',
      'RequestError.RPC_DEADLINE_TOO_SHORT',
      'INTERNAL',
      'UNAVAILABLE',
      'DEADLINE_EXCEEDED',
      'ABORTED',
      'CANCELLED',
      'UNKNOWN',
    ],
  ],
  ['auth', SIGN_IN, ['AuthenticationError.*', 'UNAUTHENTICATED', 'ACCESS_TOKEN_EXPIRED']],
  [
    'auth',
    'Turn on two-step verification, or Advanced Protection where the account asks for it, for the signed-in user; then sign in again.',
    [
      'AuthenticationError.TWO_STEP_VERIFICATION_NOT_ENROLLED',
      'AuthenticationError.ADVANCED_PROTECTION_NOT_ENROLLED',
    ],
  ],
  [
    'auth',
    'Take the credential developerToken off this destination: Google has not needed one since 2026-09-09.',
    [
      'AuthenticationError.DEVELOPER_TOKEN_INVALID',
      'AuthenticationError.ORGANIZATION_NOT_ASSOCIATED_WITH_DEVELOPER_TOKEN',
      'AuthorizationError.DEVELOPER_TOKEN_PROHIBITED',
    ],
  ],
  [
    'permission',
    'Sign in again and grant the scope https://www.googleapis.com/auth/adwords too; a token for the Data Manager API alone is not enough.',
    ['ACCESS_TOKEN_SCOPE_INSUFFICIENT'],
  ],
  [
    'permission',
    ENABLE,
    [
      'SERVICE_DISABLED',
      'API_DISABLED',
      'CONSUMER_INVALID',
      'AuthorizationError.PROJECT_DISABLED',
      'RequestError.CLOUD_PROJECT_NOT_FOUND',
    ],
  ],
  [
    'permission',
    PROJECT_ACCESS,
    [
      'AuthorizationError.CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION',
      'AuthorizationError.DEVELOPER_TOKEN_NOT_APPROVED',
      'AuthorizationError.DEVELOPER_TOKEN_NOT_ON_ALLOWLIST',
      'RequestError.DEVELOPER_TOKEN_PARAMETER_MISSING',
      'QuotaError.ACCESS_PROHIBITED',
    ],
  ],
  [
    'permission',
    'Have the Cloud project, and the organization it belongs to, recognized and approved by Google for the Google Ads API.',
    [
      'AuthenticationError.ORGANIZATION_NOT_RECOGNIZED',
      'AuthenticationError.ORGANIZATION_NOT_APPROVED',
      'AuthorizationError.CLOUD_PROJECT_NOT_UNDER_ORGANIZATION',
    ],
  ],
  [
    'permission',
    ACCOUNT_ACCESS,
    [
      'AuthorizationError.*',
      'OperationAccessDeniedError.*',
      'ResourceAccessDeniedError.*',
      'HeaderError.*',
      'AuthenticationError.NOT_ADS_USER',
      'AuthenticationError.CUSTOMER_NOT_FOUND',
      'AuthenticationError.CLIENT_CUSTOMER_ID_INVALID',
      'RequestError.INVALID_CUSTOMER_ID',
      'RequestError.LOGIN_CUSTOMER_ID_PARAMETER_MISSING',
      'PERMISSION_DENIED',
    ],
  ],
  [
    'permission',
    'Finish the sign-up of this Google Ads account, or activate it again: it is not enabled.',
    ['AuthorizationError.CUSTOMER_NOT_ENABLED', 'AuthorizationError.INCOMPLETE_SIGNUP'],
  ],
  [
    'permission',
    'Name the account that runs the campaigns, not its manager account; a manager account has neither spend nor lists to fill.',
    [
      'QueryError.REQUESTED_METRICS_FOR_MANAGER',
      'RequestError.CANNOT_BE_EXECUTED_BY_MANAGER_ACCOUNT',
      'AuthorizationError.ACCESS_DENIED_FOR_ACCOUNT_TYPE',
    ],
  ],
  [
    'permission',
    'Use the Google Ads account that made this list, or another audience name; only the maker may change a list.',
    ['UserListError.OWNERSHIP_REQUIRED_FOR_SET', 'UserListError.USER_LIST_MUTATE_NOT_SUPPORTED'],
  ],
  [
    'terms',
    'Accept the Customer Match terms in Google Ads under Tools, Audience manager, for this account.',
    [
      'OfflineUserDataJobError.CUSTOMER_NOT_ACCEPTED_CUSTOMER_DATA_TERMS',
      'UserListError.ADVERTISER_TOS_NOT_ACCEPTED',
    ],
  ],
  [
    'terms',
    'Accept the terms and conditions of the Google Ads API, in the API Center of Google Ads.',
    ['AuthorizationError.MISSING_TOS'],
  ],
  [
    'terms',
    'Answer the EU political advertising declaration in the settings of this Google Ads account.',
    ['MutateError.EU_POLITICAL_ADVERTISING_DECLARATION_REQUIRED'],
  ],
  ['policy', OTHER_UPLOAD, ['NotAllowlistedError.*', 'UserDataError.*']],
  [
    'policy',
    ASK_SUPPORT,
    [
      'OfflineUserDataJobError.NOT_ON_ALLOWLIST_FOR_USER_ID',
      'OfflineUserDataJobError.CUSTOMER_IDENTIFIER_NOT_ALLOWED',
      'UserListError.ADVERTISER_NOT_ON_ALLOWLIST_FOR_USING_UPLOADED_DATA',
      'UserListError.ADVERTISER_NOT_ALLOWLISTED_FOR_THIRD_PARTY_PARTNER_DATA',
      'UserListError.PARTNER_NOT_ALLOWLISTED_FOR_THIRD_PARTY_PARTNER_DATA',
      'UserListError.CAN_NOT_MUTATE_SENSITIVE_USERLIST',
      'AuthorizationError.ACTION_NOT_PERMITTED_FOR_SUSPENDED_ACCOUNT',
    ],
  ],
  [
    'gone',
    LIST_GONE,
    [
      'OfflineUserDataJobError.INVALID_USER_LIST_ID',
      'RequestError.RESOURCE_NOT_FOUND',
      'MutateError.RESOURCE_NOT_FOUND',
      'IdError.*',
      'NOT_FOUND',
    ],
  ],
  ['invalid', OTHER_LIST, ABOUT_THE_LIST],
  [
    'invalid',
    'Update Rekindle: Google has switched off the version of the Google Ads API that this one speaks.',
    ['RequestError.UNSUPPORTED_VERSION'],
  ],
  [
    'invalid',
    OUR_FAULT,
    [
      'OfflineUserDataJobError.*',
      'UserDataError.TOO_MANY_USER_IDENTIFIERS',
      'UserListError.*',
      'RangeError.*',
      'DatabaseError.*',
      'QueryError.*',
      'RequestError.*',
      'InternalError.ERROR_CODE_NOT_PUBLISHED',
      'INVALID_ARGUMENT',
      'FAILED_PRECONDITION',
      'OUT_OF_RANGE',
    ],
  ],
];

const MEANINGS: ReadonlyMap<string, FailureMeaning> = new Map(
  ROWS.flatMap(([kind, nextStep, codes]) => codes.map((code) => [code, { kind, nextStep }])),
);

/** Every code, and `Family.*` for the codes of a family that have no meaning of their own. */
export const ADS_CODES: readonly string[] = ROWS.flatMap(([, , codes]) => codes);

/** What a code means, by itself or else by its family; undefined for a family not in the table. */
export function meaningOfAds(code: string): FailureMeaning | undefined {
  return MEANINGS.get(code) ?? MEANINGS.get(`${code.slice(0, code.indexOf('.'))}.*`);
}

/** Whether a code that names an operation blames it, so that the request is good without it. */
export function blamesOperation(code: string): boolean {
  const { kind } = meaningOfAds(code) ?? meaningOfAdsStatus(400);
  return kind === 'invalid' && !ABOUT_THE_LIST.includes(code);
}

/** What an answer means by its HTTP status alone. */
export function meaningOfAdsStatus(status: number): FailureMeaning {
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
