import nock from 'nock';
import { describe, expect, it } from 'vitest';
import { queryAds } from '../../connectors/google/ads-sdk.ts';
import { readListSize, readSpend } from '../../connectors/google/ads-report.ts';
import { z } from 'zod';
import {
  ACCESS_TOKEN,
  ACCOUNT,
  SEARCH,
  SECRETS,
  ads,
  adsContext,
  adsError,
  failureOf,
  grantTokens,
  playGoogle,
} from './google-ads-stage.ts';

const NOVEMBER = { from: '2026-11-01', to: '2026-11-20' };
const LIST = { remoteId: '7000000001', name: 'Autumn list A' };

function spent(given: object = {}, currencyCode = 'USD'): object {
  return {
    campaign: { resourceName: `customers/${ACCOUNT}/campaigns/11`, id: '11', name: 'Autumn' },
    customer: { resourceName: `customers/${ACCOUNT}`, currencyCode },
    segments: { date: '2026-11-01' },
    metrics: {
      costMicros: '12340000',
      impressions: '1000',
      clicks: '25',
      conversions: 2.5,
      conversionsValue: 99.9,
      ...given,
    },
  };
}

playGoogle();

describe('the spend of a Google Ads account', () => {
  it('is asked for by GAQL, through the manager account and with the token of our own', async () => {
    grantTokens();
    const asked: Request[] = [];
    ads()
      .post(SEARCH)
      .reply(200, async (request: Request) => {
        asked.push(request.clone());
        return { results: [spent()], fieldMask: 'campaign.id' };
      });
    const context = adsContext({ options: { loginAccount: '999-888-7777', quotaProject: 'shop' } });
    const rows = await readSpend(context, NOVEMBER);
    expect(rows).toEqual([
      {
        date: '2026-11-01',
        campaignId: '11',
        campaignName: 'Autumn',
        cost: '12.34',
        currency: 'USD',
        impressions: 1000,
        clicks: 25,
        conversions: 2.5,
        conversionsValue: '99.9',
      },
    ]);
    expect(Object.fromEntries(asked[0]?.headers ?? [])).toMatchObject({
      authorization: `Bearer ${ACCESS_TOKEN}`,
      'login-customer-id': '9998887777',
      'developer-token': SECRETS.developerToken,
      'x-goog-user-project': 'shop',
    });
    const query = await asked[0]?.text();
    expect(query).toContain("WHERE segments.date BETWEEN '2026-11-01' AND '2026-11-20'");
    expect(query).not.toContain('segments.conversion_action');
    expect(query).not.toContain('\\n');
  });

  it('needs no developer token, which Google has ignored since 2026-09', async () => {
    grantTokens();
    let names: string[] = [];
    ads()
      .post(SEARCH)
      .reply(200, (request: Request) => {
        names = Array.from(request.headers.keys());
        return {};
      });
    const { developerToken: _none, ...credentials } = SECRETS;
    await expect(readSpend(adsContext({ credentials }), NOVEMBER)).resolves.toEqual([]);
    expect(names).toContain('authorization');
    expect(names).not.toContain('developer-token');
    expect(names).not.toContain('login-customer-id');
  });

  it.each([
    ['USD', '12340000', '12.34'],
    ['USD', '1', '0.000001'],
    ['USD', '0', '0'],
    ['USD', '-2500000', '-2.5'],
    ['JPY', '1234000000', '1234'],
    ['JPY', '100000000000', '100000'],
    ['KWD', '1005000', '1.005'],
    ['VND', '9007199254740993', '9007199254.740993'],
    ['VND', '9223372036854775807', '9223372036854.775807'],
  ])('is exact in %s: %s micros are %s', async (currency, costMicros, cost) => {
    grantTokens();
    ads()
      .post(SEARCH)
      .reply(200, { results: [spent({ costMicros }, currency)] });
    const [row] = await readSpend(adsContext(), NOVEMBER);
    expect(row).toMatchObject({ cost, currency });
  });

  it('drops what is floating-point noise in the value of conversions, and nothing else', async () => {
    grantTokens();
    const values = [0.1 + 0.2, 1e-9, 100, 0, 123456789.123456, -5.5];
    ads()
      .post(SEARCH)
      .reply(200, { results: values.map((conversionsValue) => spent({ conversionsValue })) });
    const rows = await readSpend(adsContext(), NOVEMBER);
    expect(rows.map(({ conversionsValue }) => conversionsValue)).toEqual([
      '0.3',
      '0',
      '100',
      '0',
      '123456789.123456',
      '-5.5',
    ]);
  });

  it('reads ids beyond 2^53 as they are, and metrics that are left out as nothing', async () => {
    grantTokens();
    const campaign = { id: '9223372036854775807' };
    ads()
      .post(SEARCH)
      .reply(200, { results: [{ ...spent(), campaign, metrics: undefined }] });
    const [row] = await readSpend(adsContext(), NOVEMBER);
    expect(row).toMatchObject({ campaignId: '9223372036854775807', campaignName: '', cost: '0' });
  });

  it('is read page after page', async () => {
    grantTokens();
    const tokens: unknown[] = [];
    for (const nextPageToken of ['two', 'three', undefined]) {
      ads()
        .post(SEARCH)
        .reply(200, async (request: Request) => {
          tokens.push(((await request.json()) as Record<string, unknown>)['page_token']);
          return { results: [spent(), spent()], nextPageToken };
        });
    }
    await expect(readSpend(adsContext(), NOVEMBER)).resolves.toHaveLength(6);
    expect(tokens).toEqual([undefined, 'two', 'three']);
  });

  it('is nothing rather than a part of it when a later page is refused', async () => {
    grantTokens();
    ads()
      .post(SEARCH)
      .reply(200, { results: [spent()], nextPageToken: 'two' });
    ads()
      .post(SEARCH)
      .reply(500, adsError(500, { internalError: 'TRANSIENT_ERROR' }));
    const failure = await failureOf(readSpend(adsContext(), NOVEMBER));
    expect(failure).toMatchObject({ kind: 'transient', code: 'InternalError.TRANSIENT_ERROR' });
  });

  it('takes days alone, so that nothing else gets into the query', async () => {
    for (const from of ["2026-11-01' OR '1'='1", '2026-02-30', '1 November']) {
      await expect(readSpend(adsContext(), { ...NOVEMBER, from })).rejects.toThrow(RangeError);
    }
  });
});

describe('a query to Google Ads', () => {
  const row = z.looseObject({});
  const ask = (context = adsContext()) =>
    queryAds(context, 'SELECT campaign.id FROM campaign', row);

  it('asks for a new token once where Google no longer takes the one at hand', async () => {
    grantTokens(1, 'ya29.dead');
    grantTokens();
    const tokens: (string | null)[] = [];
    const answer = (status: number, body: object) =>
      ads()
        .post(SEARCH)
        .reply((request: Request) => {
          tokens.push(request.headers.get('authorization'));
          return [status, body];
        });
    answer(401, adsError(401, { authenticationError: 'OAUTH_TOKEN_EXPIRED' }));
    answer(200, { results: [{ one: 1 }] });
    await expect(ask()).resolves.toEqual([{ one: 1 }]);
    expect(tokens).toEqual(['Bearer ya29.dead', `Bearer ${ACCESS_TOKEN}`]);
  });

  it('fails as `auth` where Google takes no token', async () => {
    grantTokens(2);
    ads()
      .post(SEARCH)
      .times(2)
      .reply(401, adsError(401, { authenticationError: 'OAUTH_TOKEN_REVOKED' }));
    const failure = await failureOf(ask());
    expect(failure).toMatchObject({
      kind: 'auth',
      code: 'AuthenticationError.OAUTH_TOKEN_REVOKED',
    });
  });

  it.each([
    [{ retryDelay: '60s' }, {}, 60_000],
    [{ retryDelay: '86399.5s' }, { 'retry-after': '1' }, 86_399_500],
    [{}, { 'retry-after': '30' }, 30_000],
    [{}, {}, undefined],
  ])('waits as long as Google says: %j, %j', async (quotaErrorDetails, headers, wait) => {
    grantTokens();
    const body = adsError(
      429,
      { quotaError: 'RESOURCE_TEMPORARILY_EXHAUSTED' },
      { details: { quotaErrorDetails: { rateScope: 'DEVELOPER', ...quotaErrorDetails } } },
    );
    ads().post(SEARCH).reply(429, body, headers);
    const failure = await failureOf(ask());
    expect(failure.kind).toBe('throttled');
    expect(failure.retryAfterMs).toBe(wait);
  });

  it.each([
    [429, '', 'throttled'],
    [429, '<html>slow down</html>', 'throttled'],
    [502, '<html>bad gateway</html>', 'transient'],
    [503, '', 'transient'],
    [200, '<html>sign in to the hotel</html>', 'transient'],
    [200, '"a text"', 'transient'],
    [200, '{"results":7}', 'transient'],
    [302, '', 'transient'],
  ])('makes %i with the body %j a failure and no empty report', async (status, body, kind) => {
    grantTokens();
    ads().post(SEARCH).reply(status, body, { location: 'https://elsewhere.example/' });
    expect(await failureOf(ask())).toMatchObject({ kind, status });
  });

  it('ends at its deadline, and with the run it belongs to', async () => {
    grantTokens(2);
    ads().post(SEARCH).times(2).delay(20_000).reply(200, {});
    const late = await failureOf(ask(adsContext({ deadlineMs: 50 })));
    expect(late).toMatchObject({ kind: 'transient', code: 'TIMEOUT' });

    const run = new AbortController();
    const asked = failureOf(ask(adsContext({ signal: run.signal, deadlineMs: 25_000 })));
    setTimeout(() => run.abort(), 100);
    expect(await asked).toMatchObject({ kind: 'transient', code: 'CANCELLED' });
  });

  it('says how a connection broke and nothing of the request', async () => {
    grantTokens();
    const broken = Object.assign(new Error(`to ${ACCESS_TOKEN}`), { code: 'ECONNRESET' });
    ads().post(SEARCH).replyWithError(broken);
    const failure = await failureOf(ask());
    expect(failure).toMatchObject({ kind: 'transient', code: 'ECONNRESET' });
  });

  it('says so of a later page too, rather than what the page before it was', async () => {
    grantTokens();
    ads().post(SEARCH).reply(200, { results: [], nextPageToken: 'two' });
    ads()
      .post(SEARCH)
      .replyWithError(Object.assign(new Error('broke'), { code: 'ECONNRESET' }));
    expect(await failureOf(ask())).toMatchObject({ kind: 'transient', code: 'ECONNRESET' });
  });

  it('goes to no other host than the one it is given', async () => {
    grantTokens();
    nock('http://127.0.0.1:4010')
      .post(`/google${SEARCH}`)
      .reply(200, { results: [{ one: 1 }] });
    const context = adsContext({ endpoints: { ads: 'http://127.0.0.1:4010/google' } });
    await expect(ask(context)).resolves.toEqual([{ one: 1 }]);
  });

  it('fails where nobody plays Google, since no request leaves these tests', async () => {
    grantTokens();
    expect(await failureOf(ask())).toMatchObject({ kind: 'transient' });
  });
});

describe('the size of a list', () => {
  function list(userList: object): void {
    grantTokens();
    ads()
      .post(SEARCH, ({ query }: { query: string }) => query.endsWith('user_list.id = 7000000001'))
      .reply(200, { results: [{ userList: { id: '7000000001', ...userList } }] });
  }

  it('is a rate as wide as its rounding, with the sizes beside it', async () => {
    list({ matchRatePercentage: 62, sizeForSearch: '5600', sizeForDisplay: '8100' });
    const reading = await readListSize(adsContext(), LIST);
    expect(reading).toMatchObject({ kind: 'rate', lower: 0.615, upper: 0.625 });
    expect(reading.kind === 'rate' && reading.meaning).toMatch(/5600 people for Search and 8100/);
  });

  it('is at most everybody', async () => {
    list({ matchRatePercentage: 100 });
    expect(await readListSize(adsContext(), LIST)).toMatchObject({ lower: 0.995, upper: 1 });
  });

  it.each([
    [{ matchRatePercentage: 0, sizeForDisplay: '100' }, 'not-reported'],
    [{ sizeForSearch: '1000' }, 'not-reported'],
    [{ matchRatePercentage: 0, sizeForSearch: '0', sizeForDisplay: '0' }, 'processing'],
    [{}, 'processing'],
  ])('is no rate of 0 where Google knows none: %j', async (userList, reason) => {
    list(userList);
    expect(await readListSize(adsContext(), LIST)).toMatchObject({ kind: 'unknown', reason });
  });

  it('is gone with the list', async () => {
    grantTokens();
    ads().post(SEARCH).reply(200, {});
    const reading = await readListSize(adsContext(), LIST);
    expect(reading).toMatchObject({ kind: 'unknown', reason: 'gone' });
  });

  it('takes the number of a list alone', async () => {
    const audience = { ...LIST, remoteId: '1 OR user_list.id > 0' };
    await expect(readListSize(adsContext(), audience)).rejects.toThrow(RangeError);
  });
});
