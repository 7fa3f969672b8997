import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAILURE_KINDS } from '../../connectors/connector.ts';
import { adsFailure, partialFailure } from '../../connectors/google/ads-failures.ts';
import { ADS_CODES, meaningOfAds } from '../../connectors/google/ads-failure-table.ts';
import { digestOf } from '../support/google-context.ts';

const TYPE = 'type.googleapis.com/google.ads.googleads.v25.errors.GoogleAdsFailure';

function answer(status: number, error: object, retryAfterMs?: number) {
  return { status, body: { error: { code: status, ...error } }, retryAfterMs };
}

function named(errorCode: object, more: object = {}) {
  const details = [{ '@type': TYPE, errors: [{ errorCode, ...more }], requestId: 'rQ1-_x' }];
  return { message: 'Request contains an invalid argument.', status: 'INVALID_ARGUMENT', details };
}

/** The families of errors that reports and uploads can meet. */
const FAMILIES = [
  'QuotaError',
  'AuthenticationError',
  'AuthorizationError',
  'NotAllowlistedError',
  'OfflineUserDataJobError',
  'UserListError',
  'DatabaseError',
  'RangeError',
  'UserDataError',
  'InternalError',
  'QueryError',
  'HeaderError',
  'RequestError',
  'OperationAccessDeniedError',
  'ResourceAccessDeniedError',
  'IdError',
] as const;

describe('the errors of the Google Ads API', () => {
  it('are those of v25: every code of every family has a meaning, and no other is in the table', async () => {
    const { errors } = await import('google-ads-api');
    const codes = FAMILIES.flatMap((family) => {
      const holder: unknown = Reflect.get(errors, `${family}Enum`);
      const values: unknown = holder === undefined ? {} : Reflect.get(Object(holder), family);
      return Object.keys(Object(values))
        .filter((name) => /^[A-Z]/.test(name) && !['UNSPECIFIED', 'UNKNOWN'].includes(name))
        .map((name) => `${family}.${name}`);
    });
    expect(codes.length).toBeGreaterThan(230);
    expect(codes.filter((code) => meaningOfAds(code) === undefined)).toEqual([]);
    const written = ADS_CODES.filter(
      (code) => code.includes('.') && !code.startsWith('MutateError'),
    );
    const unheardOf = written.filter((code) => !code.endsWith('.*') && !codes.includes(code));
    expect(unheardOf).toEqual([]);
  });

  it('have each code once, a kind of the family and a next step that is a sentence', () => {
    expect(new Set(ADS_CODES).size).toBe(ADS_CODES.length);
    for (const code of ADS_CODES) {
      const meaning = meaningOfAds(code);
      expect(Object.keys(FAILURE_KINDS)).toContain(meaning?.kind);
      expect(meaning?.nextStep).toMatch(/^[A-Z].{20,}\.$/);
    }
  });

  it.each([
    [{ quotaError: 'RESOURCE_EXHAUSTED' }, 'throttled'],
    [{ quotaError: 'RESOURCE_TEMPORARILY_EXHAUSTED' }, 'throttled'],
    [{ quotaError: 'ACCESS_PROHIBITED' }, 'permission'],
    [{ authenticationError: 'OAUTH_TOKEN_INVALID' }, 'auth'],
    [{ authenticationError: 'DEVELOPER_TOKEN_INVALID' }, 'auth'],
    [{ authenticationError: 'NOT_ADS_USER' }, 'permission'],
    [{ authorizationError: 'USER_PERMISSION_DENIED' }, 'permission'],
    [{ authorizationError: 'CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION' }, 'permission'],
    [{ authorizationError: 'A_CODE_OF_V26' }, 'permission'],
    [{ notAllowlistedError: 'CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE' }, 'policy'],
    [{ offlineUserDataJobError: 'CUSTOMER_NOT_ACCEPTED_CUSTOMER_DATA_TERMS' }, 'terms'],
    [{ offlineUserDataJobError: 'INVALID_USER_LIST_ID' }, 'gone'],
    [{ offlineUserDataJobError: 'CONFLICTING_OPERATION' }, 'invalid'],
    [{ userListError: 'ADVERTISER_TOS_NOT_ACCEPTED' }, 'terms'],
    [{ databaseError: 'CONCURRENT_MODIFICATION' }, 'transient'],
    [{ databaseError: 'REQUEST_TOO_LARGE' }, 'invalid'],
    [{ internalError: 'INTERNAL_ERROR' }, 'transient'],
    [{ rangeError: 'TOO_HIGH' }, 'invalid'],
    [{ userDataError: 'OPERATIONS_FOR_CUSTOMER_MATCH_NOT_ALLOWED' }, 'policy'],
    [{ queryError: 'REQUESTED_METRICS_FOR_MANAGER' }, 'permission'],
    [{ adGroupError: 'NOBODY_ASKED' }, 'invalid'],
  ])('%j means %s', (errorCode, kind) => {
    const failure = adsFailure(answer(400, named(errorCode)), []);
    const [family = '', value] = Object.entries(errorCode)[0] ?? [];
    expect(failure).toMatchObject({
      kind,
      code: `${family.charAt(0).toUpperCase()}${family.slice(1)}.${value}`,
      status: 400,
    });
    expect(failure.message).toBe(`Google Ads answered 400 ${failure.code}. (request rQ1-_x)`);
  });

  it.each([
    [403, { status: 'PERMISSION_DENIED', details: [info('SERVICE_DISABLED')] }, 'SERVICE_DISABLED'],
    [
      403,
      { status: 'PERMISSION_DENIED', details: [info('ACCESS_TOKEN_SCOPE_INSUFFICIENT')] },
      'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
    ],
    [403, { status: 'PERMISSION_DENIED', details: [info('a reason')] }, 'PERMISSION_DENIED'],
    [404, {}, 'HTTP_404'],
    [429, { status: 'RESOURCE_EXHAUSTED' }, 'RESOURCE_EXHAUSTED'],
    [503, { status: 'UNAVAILABLE' }, 'UNAVAILABLE'],
  ])('without a GoogleAdsFailure are read by reason or status: %i %j', (status, error, code) => {
    const failure = adsFailure(answer(status, error), []);
    expect(failure).toMatchObject({ code, status });
    expect(failure.nextStep).not.toContain('Enable the Data Manager API');
  });

  it('are decided by what concerns the whole request, where there are several', () => {
    const errors = [
      { errorCode: { offlineUserDataJobError: 'INVALID_SHA256_FORMAT' } },
      { errorCode: { authorizationError: 'USER_PERMISSION_DENIED' } },
    ];
    const details = [{ '@type': TYPE, errors }];
    const failure = adsFailure(answer(403, { details }), []);
    expect(failure).toMatchObject({
      kind: 'permission',
      code: 'AuthorizationError.USER_PERMISSION_DENIED',
    });
  });

  it('are no partial failure where Google names none', () => {
    for (const body of [{}, { partialFailureError: null }, { partialFailureError: undefined }]) {
      expect(partialFailure(body, [])).toBeNull();
    }
  });

  it('never hold what was sent or who sent it, wherever Google repeats it', () => {
    const secret = fc.constantFrom(
      digestOf('x'),
      'dana@example.com',
      'ya29.a0-token',
      '1//refresh',
    );
    fc.assert(
      fc.property(secret, fc.integer({ min: 400, max: 599 }), (text, status) => {
        const location = {
          fieldPathElements: [{ fieldName: text }, { fieldName: 'operations', index: 0 }],
        };
        const errors = [{ errorCode: { [text]: text }, message: text, location }];
        const details = [
          { '@type': TYPE, errors, requestId: text },
          { '@type': `type.googleapis.com/google.rpc.ErrorInfo`, reason: text },
        ];
        const failure = adsFailure(answer(status, { message: text, status: text, details }), [
          text,
        ]);
        const whole = `${failure.message} ${failure.code} ${failure.nextStep} ${failure.stack ?? ''}`;
        expect(whole).not.toContain(text);
        expect(failure.cause).toBeUndefined();
      }),
    );
  });

  it('are read whatever a body holds', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 400, max: 599 }), (body, status) => {
        const failure = adsFailure({ status, body, retryAfterMs: undefined }, []);
        expect(failure.code).toBe(`HTTP_${status}`);
      }),
    );
  });
});

function info(reason: string): object {
  return { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'googleapis.com' };
}
