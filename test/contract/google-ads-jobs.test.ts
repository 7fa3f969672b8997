/** Jobs of the Google Ads API side by side: several of one batch, several batches, and trials. */
import { describe, expect, it } from 'vitest';
import { pushByAds, tryByAds } from '../../connectors/google/ads-upload.ts';
import { batchOf, person } from '../support/google-context.ts';
import { UNKNOWN } from '../support/member-consent.ts';
import {
  ACCOUNT,
  CREATE,
  SEARCH,
  ads,
  adsContext,
  adsError,
  failureOf,
  grantTokens,
  job,
  playGoogle,
  takeJob,
} from './google-ads-stage.ts';

playGoogle();

describe('a push of several jobs of which one was started', () => {
  const MIXED = [person(1), person(2, { consent: UNKNOWN })];

  /** The first job is run; of the second, `run` is refused. */
  async function pushHalf(status: number, errorCode: Record<string, string>, more: object = {}) {
    grantTokens();
    takeJob(50, ['create', 'add']);
    takeJob(51, ['create', 'add']);
    takeJob(50, ['run']);
    ads()
      .post(`/v25/${job(51)}:run`)
      .reply(status, adsError(status, errorCode, more));
    return failureOf(pushByAds(adsContext(), batchOf(MIXED)));
  }

  it.each([
    [403, { authorizationError: 'USER_PERMISSION_DENIED' }],
    [400, { offlineUserDataJobError: 'INVALID_USER_LIST_ID' }],
    [400, { offlineUserDataJobError: 'INVALID_SHA256_FORMAT' }],
    [401, { authenticationError: 'OAUTH_TOKEN_REVOKED' }],
    [503, { internalError: 'TRANSIENT_ERROR' }],
  ])('may be there, whatever Google says of the next: %i %j', async (status, errorCode) => {
    if (status === 401) {
      grantTokens();
      ads()
        .post(`/v25/${job(51)}:run`)
        .reply(status, adsError(status, errorCode));
    }
    if (status === 503) ads().post(SEARCH).reply(500, '');
    const [family = '', value = ''] = Object.entries(errorCode)[0] ?? [];
    const failure = await pushHalf(status, errorCode);
    expect(failure).toMatchObject({ kind: 'transient', status, culprits: [] });
    expect(failure.code.toLowerCase()).toBe(`${family}.${value}`.toLowerCase());
  });

  it('keeps how long a throttle lasts', async () => {
    const details = { details: { quotaErrorDetails: { retryDelay: '30s' } } };
    const quota = { quotaError: 'RESOURCE_TEMPORARILY_EXHAUSTED' };
    const failure = await pushHalf(429, quota, details);
    expect(failure).toMatchObject({ kind: 'transient', retryAfterMs: 30_000 });
  });

  it('may be there where the answer to the first `run` was lost but Google says it runs', async () => {
    grantTokens();
    takeJob(52, ['create', 'add']);
    takeJob(53, ['create', 'add']);
    ads()
      .post(`/v25/${job(52)}:run`)
      .replyWithError('reset');
    const results = [{ offlineUserDataJob: { resourceName: job(52), status: 'RUNNING' } }];
    ads().post(SEARCH).reply(200, { results });
    ads()
      .post(`/v25/${job(53)}:run`)
      .reply(403, adsError(403, { authorizationError: 'X' }));
    const failure = await failureOf(pushByAds(adsContext(), batchOf(MIXED)));
    expect(failure.kind).toBe('transient');
  });

  it('is as Google says where the first was refused: nothing was started then', async () => {
    grantTokens();
    takeJob(54, ['create', 'add']);
    takeJob(55, ['create', 'add']);
    const quota = { quotaError: 'RESOURCE_EXHAUSTED' };
    ads()
      .post(`/v25/${job(54)}:run`)
      .reply(429, adsError(429, quota));
    const failure = await failureOf(pushByAds(adsContext(), batchOf(MIXED)));
    expect(failure.kind).toBe('throttled');
  });
});

describe('pushes at the same time by the Google Ads API', () => {
  /** Answers after a moment each, and notes what is asked for, in the order of the starts. */
  function slowGoogle(): { readonly asked: string[]; readonly most: () => number } {
    const asked: string[] = [];
    let jobs = 0;
    let open = 0;
    let most = 0;
    const answer = async (request: Request) => {
      const step = /:(create|addOperations|run)$/.exec(new URL(request.url).pathname)?.[1] ?? '';
      asked.push(step);
      open += 1;
      most = Math.max(most, open);
      await new Promise((done) => setTimeout(done, 5));
      open -= 1;
      jobs += step === 'create' ? 1 : 0;
      return step === 'create' ? { resourceName: job(jobs) } : {};
    };
    ads()
      .post(/:(?:create|addOperations|run)$/)
      .times(6)
      .reply(200, answer);
    return { asked, most: () => most };
  }
  const once = ['create', 'addOperations', 'run'];

  it('never overlap on one list', async () => {
    grantTokens();
    const { asked, most } = slowGoogle();
    const context = adsContext();
    await Promise.all([1, 2].map((n) => pushByAds(context, batchOf([person(n)]))));
    expect(asked).toEqual([...once, ...once]);
    expect(most()).toBe(1);
  });

  it('do not wait for those to another list', async () => {
    grantTokens();
    const { most } = slowGoogle();
    const context = adsContext();
    const audience = { remoteId: '7000000002', name: 'B' };
    await Promise.all([
      pushByAds(context, batchOf([person(1)])),
      pushByAds(context, batchOf([person(2)], { audience })),
    ]);
    expect(most()).toBe(2);
  });

  it('go on after one that fails', async () => {
    grantTokens();
    ads()
      .post(CREATE)
      .reply(403, adsError(403, { authorizationError: 'X' }));
    takeJob(60);
    const context = adsContext();
    const first = failureOf(pushByAds(context, batchOf([person(1)])));
    const second = pushByAds(context, batchOf([person(2)]));
    expect((await first).kind).toBe('permission');
    expect(await second).toMatchObject({ state: 'pending', requestId: job(60) });
  });
});

describe('a trial of an upload by the Google Ads API', () => {
  it('asks whether a job would be made, and makes none', async () => {
    grantTokens();
    let sent: unknown;
    ads()
      .post(CREATE)
      .reply(200, async (request: Request) => {
        sent = await request.json();
        return {};
      });
    await tryByAds(adsContext(), '7000000001');
    expect(sent).toEqual({
      job: {
        type: 'CUSTOMER_MATCH_USER_LIST',
        customerMatchUserListMetadata: {
          userList: `customers/${ACCOUNT}/userLists/7000000001`,
          consent: { adUserData: 'GRANTED', adPersonalization: 'GRANTED' },
        },
      },
      validateOnly: true,
    });
  });
});
