import { describe, expect, it } from 'vitest';
import { pushByAds, settleByAds } from '../../connectors/google/ads-upload.ts';
import { addressOf, batchOf, digestOf, people, person } from '../support/google-context.ts';
import { GRANTED, UNKNOWN } from '../support/member-consent.ts';
import {
  ACCESS_TOKEN,
  ACCOUNT,
  CREATE,
  SEARCH,
  SECRETS,
  ads,
  adsContext,
  adsError,
  failureOf,
  grantTokens,
  job,
  playGoogle,
  takeJob,
} from './google-ads-stage.ts';
import type { Json } from './google-ads-stage.ts';

function partialFailureError(errors: readonly object[]): object {
  const type = 'type.googleapis.com/google.ads.googleads.v25.errors.GoogleAdsFailure';
  const message = `Multiple errors. First: ${SECRETS.refreshToken}`;
  return {
    partialFailureError: { code: 3, message, details: [{ '@type': type, errors, requestId: 'r' }] },
  };
}

function refusedOperation(index: number, errorCode: Json): object {
  return {
    errorCode,
    message: `digest ${digestOf('x')} is wrong`,
    trigger: { stringValue: digestOf('x') },
    location: {
      fieldPathElements: [
        { fieldName: 'operations', index },
        { fieldName: 'create' },
        { fieldName: 'user_identifiers', index: 0 },
      ],
    },
  };
}

playGoogle();

describe('a push by the Google Ads API', () => {
  it('makes a job, fills it, runs it, and is pending under its name', async () => {
    grantTokens();
    const sent = takeJob(5);
    const member = person(1, { address: [addressOf(1)] });
    const context = adsContext({ options: { loginAccount: '9998887777', upload: 'ads-api' } });
    const receipt = await pushByAds(context, batchOf([member]));
    expect(receipt).toEqual({ state: 'pending', requestId: job(5), rows: 1 });
    expect(sent.create).toEqual({
      job: {
        type: 'CUSTOMER_MATCH_USER_LIST',
        customerMatchUserListMetadata: {
          userList: `customers/${ACCOUNT}/userLists/7000000001`,
          consent: { adUserData: 'GRANTED', adPersonalization: 'GRANTED' },
        },
      },
    });
    expect(sent.add).toEqual({
      enablePartialFailure: true,
      operations: [
        {
          create: {
            userIdentifiers: [
              { hashedEmail: member.email[0] },
              { hashedPhoneNumber: member.phone[0] },
              {
                addressInfo: {
                  hashedFirstName: addressOf(1).givenName,
                  hashedLastName: addressOf(1).familyName,
                  countryCode: 'JP',
                  postalCode: '150-0001',
                },
              },
            ],
          },
        },
      ],
    });
    expect(sent.run).toEqual({});
    expect(sent.headers?.get('authorization')).toBe(`Bearer ${ACCESS_TOKEN}`);
    expect(sent.headers?.get('login-customer-id')).toBe('9998887777');
  });

  it('removes in a job without consent and without additions', async () => {
    grantTokens();
    const sent = takeJob(6);
    const members = [person(1), person(2, { consent: UNKNOWN })];
    await pushByAds(adsContext(), batchOf(members, { operation: 'remove' }));
    expect(JSON.stringify(sent.create)).not.toContain('consent');
    const operations = sent.add?.['operations'] as Json[];
    expect(operations.map((operation) => Object.keys(operation))).toEqual([['remove'], ['remove']]);
  });

  it('claims no consent that nobody gave: a job for each, all filled before one is run', async () => {
    grantTokens();
    const first = takeJob(7, ['create', 'add']);
    const second = takeJob(8, ['create', 'add']);
    takeJob(7, ['run']);
    takeJob(8, ['run']);
    const members = [person(1), person(2, { consent: UNKNOWN }), person(3)];
    const receipt = await pushByAds(adsContext(), batchOf(members));
    expect(receipt).toMatchObject({
      state: 'pending',
      requestId: `${job(7)}=2,${job(8)}=1`,
      rows: 3,
    });
    expect(JSON.stringify(first.create)).toContain('"adUserData":"GRANTED"');
    expect(JSON.stringify(second.create)).not.toContain('consent');
    expect(first.add?.['operations']).toHaveLength(2);
    expect(second.add?.['operations']).toHaveLength(1);
  });

  it('states one purpose where only that one was granted', async () => {
    grantTokens();
    const sent = takeJob(9);
    const consent = { ...GRANTED, adPersonalization: 'unknown' } as const;
    await pushByAds(adsContext(), batchOf([person(1, { consent })]));
    expect(sent.create).toMatchObject({
      job: { customerMatchUserListMetadata: { consent: { adUserData: 'GRANTED' } } },
    });
    expect(JSON.stringify(sent.create)).not.toContain('adPersonalization');
  });

  it('takes a full batch in one call and refuses one more', async () => {
    grantTokens();
    const sent = takeJob(10);
    await pushByAds(adsContext(), batchOf(people(0, 10_000)));
    expect(sent.add?.['operations']).toHaveLength(10_000);
    const tooMany = pushByAds(adsContext(), batchOf(people(0, 10_001)));
    await expect(tooMany).rejects.toThrow(RangeError);
  });

  it('sends nothing for nobody', async () => {
    await expect(pushByAds(adsContext(), batchOf([]))).resolves.toEqual({
      state: 'final',
      requestId: null,
      accepted: 0,
      rejected: [],
      unknown: 0,
    });
  });

  it.each([
    [{ quotaError: 'RESOURCE_EXHAUSTED' }, 429, 'throttled'],
    [{ databaseError: 'CONCURRENT_MODIFICATION' }, 400, 'transient'],
    [{ notAllowlistedError: 'CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE' }, 400, 'policy'],
    [{ offlineUserDataJobError: 'CUSTOMER_NOT_ACCEPTED_CUSTOMER_DATA_TERMS' }, 400, 'terms'],
    [{ offlineUserDataJobError: 'INVALID_USER_LIST_ID' }, 400, 'gone'],
    [{ authorizationError: 'CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION' }, 403, 'permission'],
  ])('that ends before the job is run applies nothing: %j', async (errorCode, status, kind) => {
    for (const steps of [[], ['create']] as const) {
      grantTokens();
      takeJob(11, steps);
      const path = steps.length === 0 ? CREATE : `/v25/${job(11)}:addOperations`;
      ads().post(path).reply(status, adsError(status, errorCode));
      expect(await failureOf(pushByAds(adsContext(), batchOf([person(1)])))).toMatchObject({
        kind,
      });
    }
  });

  it('does not run a job whose operations Google has not confirmed', async () => {
    grantTokens();
    takeJob(12, ['create']);
    ads()
      .post(`/v25/${job(12)}:addOperations`)
      .replyWithError('reset');
    const failure = await failureOf(pushByAds(adsContext(), batchOf([person(1)])));
    expect(failure.kind).toBe('transient');
  });

  it('goes to no job whose name is none', async () => {
    grantTokens();
    ads().post(CREATE).reply(200, { resourceName: 'customers/1/../../evil' });
    const failure = await failureOf(pushByAds(adsContext(), batchOf([person(1)])));
    expect(failure.code).toBe('UNREADABLE_ANSWER');
  });
});

describe('a push of which Google refuses single rows', () => {
  async function pushRefused(errors: readonly object[], members = people(0, 4)) {
    grantTokens();
    takeJob(20, ['create']);
    ads()
      .post(`/v25/${job(20)}:addOperations`)
      .reply(200, partialFailureError(errors));
    return failureOf(pushByAds(adsContext(), batchOf(members)));
  }
  const BAD_HASH = { offlineUserDataJobError: 'INVALID_SHA256_FORMAT' };

  it('names all of them, once each, and runs nothing', async () => {
    const failure = await pushRefused([
      refusedOperation(1, BAD_HASH),
      refusedOperation(1, { offlineUserDataJobError: 'INVALID_COUNTRY_CODE' }),
      refusedOperation(3, { stringFormatError: 'ILLEGAL_CHARS' }),
    ]);
    expect(failure).toMatchObject({
      kind: 'invalid',
      code: 'OfflineUserDataJobError.INVALID_SHA256_FORMAT',
      culprits: [
        { position: 1, code: 'OfflineUserDataJobError.INVALID_SHA256_FORMAT' },
        { position: 3, code: 'StringFormatError.ILLEGAL_CHARS' },
      ],
    });
    expect(failure.message).toContain('at operations[1].create.user_identifiers[0]');
    expect(failure.message).not.toContain(digestOf('x'));
  });

  it('names them by their place in the batch, not in the job', async () => {
    grantTokens();
    takeJob(21, ['create', 'add']);
    takeJob(22, ['create']);
    const refusal = partialFailureError([refusedOperation(1, BAD_HASH)]);
    ads()
      .post(`/v25/${job(22)}:addOperations`)
      .reply(200, refusal);
    const members = [0, 1, 2, 3].map((n) =>
      person(n, { consent: n % 2 === 0 ? GRANTED : UNKNOWN }),
    );
    const failure = await failureOf(pushByAds(adsContext(), batchOf(members)));
    expect(failure.culprits.map(({ position }) => position)).toEqual([3]);
  });

  it.each([
    ['one that heals', { databaseError: 'CONCURRENT_MODIFICATION' }, 'transient'],
    [
      'the terms',
      { offlineUserDataJobError: 'CUSTOMER_NOT_ACCEPTED_CUSTOMER_DATA_TERMS' },
      'terms',
    ],
    ['the list', { offlineUserDataJobError: 'INCOMPATIBLE_UPLOAD_KEY_TYPE' }, 'invalid'],
  ])('blames nobody where a cause is another: %s', async (_, errorCode, kind) => {
    const failure = await pushRefused([
      refusedOperation(0, BAD_HASH),
      refusedOperation(1, errorCode),
    ]);
    expect(failure).toMatchObject({ kind, culprits: [] });
  });

  it('blames nobody where more than half of the operations are refused for one reason', async () => {
    const refusals = (count: number) =>
      Array.from({ length: count }, (_, n) => refusedOperation(2 * n + 1, BAD_HASH));
    const members = people(0, 12);
    expect((await pushRefused(refusals(6), members)).culprits).toHaveLength(6);
    const most = [...refusals(6), refusedOperation(0, BAD_HASH)];
    expect(await pushRefused(most, members)).toMatchObject({ kind: 'invalid', culprits: [] });
  });

  it('blames nobody where an error has no place, or where Google gives no errors', async () => {
    const { location: _none, ...placeless } = refusedOperation(0, BAD_HASH) as Json;
    expect(await pushRefused([refusedOperation(1, BAD_HASH), placeless])).toMatchObject({
      kind: 'invalid',
      culprits: [],
    });
    expect(await pushRefused([])).toMatchObject({ code: 'PARTIAL_FAILURE', culprits: [] });
  });
});

describe('a push whose answer to `run` is lost', () => {
  async function pushUnanswered(status: string | null) {
    grantTokens();
    takeJob(30, ['create', 'add']);
    ads()
      .post(`/v25/${job(30)}:run`)
      .replyWithError('reset');
    const results = [{ offlineUserDataJob: { resourceName: job(30), status } }];
    if (status === null) ads().post(SEARCH).reply(500, '');
    else ads().post(SEARCH).reply(200, { results });
    return pushByAds(adsContext(), batchOf([person(1)]));
  }

  it.each(['RUNNING', 'SUCCESS', 'FAILED'])('is pending where the job is %s', async (status) => {
    await expect(pushUnanswered(status)).resolves.toMatchObject({
      state: 'pending',
      requestId: job(30),
    });
  });

  it.each(['PENDING', null])('is to be sent again where the job is %s', async (status) => {
    expect(await failureOf(pushUnanswered(status))).toMatchObject({ kind: 'transient' });
  });

  it('is pending where Google says that the job was started before', async () => {
    grantTokens();
    takeJob(31, ['create', 'add']);
    const started = { offlineUserDataJobError: 'JOB_ALREADY_STARTED' };
    ads()
      .post(`/v25/${job(31)}:run`)
      .reply(400, adsError(400, started));
    const receipt = await pushByAds(adsContext(), batchOf([person(1)]));
    expect(receipt).toMatchObject({ state: 'pending', requestId: job(31) });
  });

  it('fails where Google refuses to run the job', async () => {
    grantTokens();
    takeJob(32, ['create', 'add']);
    ads()
      .post(`/v25/${job(32)}:run`)
      .reply(403, adsError(403, { authorizationError: 'X' }));
    const failure = await failureOf(pushByAds(adsContext(), batchOf([person(1)])));
    expect(failure.kind).toBe('permission');
  });
});

describe('what became of a push by the Google Ads API', () => {
  function settle(requestId: string, rows: number, jobs: readonly object[]) {
    grantTokens();
    ads()
      .post(SEARCH, ({ query }: { query: string }) => query.includes(`IN ('${job(40)}'`))
      .reply(200, { results: jobs.map((offlineUserDataJob) => ({ offlineUserDataJob })) });
    return settleByAds(adsContext(), { requestId, rows, operation: 'add' });
  }
  const final = (accepted: number, unknown: number) => ({
    state: 'final',
    accepted,
    rejected: [],
    unknown,
  });

  it.each(['PENDING', 'RUNNING', 'UNKNOWN', 'A_NEW_WORD'])(
    'is not known while %s',
    async (status) => {
      const receipt = await settle(job(40), 9, [{ resourceName: job(40), status }]);
      expect(receipt).toEqual({ state: 'pending', requestId: job(40), rows: 9 });
    },
  );

  it('is that every row was taken, with SUCCESS', async () => {
    const receipt = await settle(job(40), 9, [{ resourceName: job(40), status: 'SUCCESS' }]);
    expect(receipt).toEqual({ ...final(9, 0), requestId: job(40) });
  });

  it('is that nobody was taken, with the SUCCESS of a job without operations', async () => {
    const receipt = await settle(job(40), 0, [{ resourceName: job(40), status: 'SUCCESS' }]);
    expect(receipt).toEqual({ ...final(0, 0), requestId: job(40) });
  });

  it.each([
    ['HIGH_AVERAGE_TRANSACTION_VALUE', 'HIGH_AVERAGE_TRANSACTION_VALUE'],
    [undefined, 'JOB_FAILED'],
    ['UNSPECIFIED', 'JOB_FAILED'],
    ['for dana@example.com', 'JOB_FAILED'],
  ])('is unknown with FAILED, by its reason %s', async (failureReason, code) => {
    const state = { resourceName: job(40), status: 'FAILED', failureReason };
    const receipt = await settle(job(40), 9, [state]);
    expect(receipt).toMatchObject({ ...final(0, 9), reasons: [{ code, count: 9 }] });
  });

  it('is unknown where Google knows the job no more', async () => {
    const receipt = await settle(job(40), 9, []);
    expect(receipt).toMatchObject({
      ...final(0, 9),
      reasons: [{ code: 'JOB_NOT_FOUND', count: 9 }],
    });
  });

  it('adds up over the jobs of one batch, once all of them are through', async () => {
    const requestId = `${job(40)}=7,${job(41)}=2`;
    const done = { resourceName: job(40), status: 'SUCCESS' };
    const running = { resourceName: job(41), status: 'RUNNING' };
    expect(await settle(requestId, 9, [running, done])).toMatchObject({
      state: 'pending',
      rows: 9,
    });
    const failed = { resourceName: job(41), status: 'FAILED' };
    expect(await settle(requestId, 9, [failed, done])).toMatchObject({
      ...final(7, 2),
      reasons: [{ code: 'JOB_FAILED', count: 2 }],
    });
  });

  it('is unknown, without a request, of a batch that went by the other API', async () => {
    const pending = { requestId: "r-1') OR ('1'='1", rows: 3, operation: 'add' } as const;
    expect(await settleByAds(adsContext(), pending)).toMatchObject(final(0, 3));
  });
});
