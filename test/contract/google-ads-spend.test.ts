import { beforeAll, describe, expect, it } from 'vitest';
import { describeSpend } from '../../src/cli/spend-text.ts';
import { fixedClock } from '../../src/infra/clock.ts';
import { createLog } from '../../src/infra/log.ts';
import { createContext } from '../../src/services/context.ts';
import type { ServiceContext } from '../../src/services/context.ts';
import { readSpend } from '../../src/services/read-spend.ts';
import type { SpendReport } from '../../src/services/read-spend.ts';
import { testDatabase } from '../support/database.ts';
import {
  ACCOUNT,
  SEARCH,
  SECRETS,
  ads,
  adsError,
  failureOf,
  grantTokens,
  playGoogle,
} from './google-ads-stage.ts';

const NOW = new Date('2026-11-21T03:00:00Z');
const NOVEMBER = { destination: 'search-ads', from: '2026-11-01', to: '2026-11-20' };
let context: ServiceContext;

/** What Google answers: campaign, day, micros, conversions and their value. */
function spent(
  currencyCode: string,
  rows: readonly (readonly [string, string, string, number, number])[],
) {
  grantTokens();
  const results = rows.map(([name, date, costMicros, conversions, conversionsValue], index) => ({
    campaign: { id: String(index), name },
    customer: { currencyCode },
    segments: { date },
    metrics: { costMicros, impressions: '1000', clicks: '25', conversions, conversionsValue },
  }));
  ads().post(SEARCH).reply(200, { results });
}

playGoogle();

beforeAll(async () => {
  const db = await testDatabase();
  const { developerToken: _none, ...secrets } = SECRETS;
  const names = Object.keys(secrets);
  const written = { createdAt: NOW, updatedAt: NOW };
  await db.prisma.destination.createMany({
    data: [
      {
        ...written,
        name: 'search-ads',
        platform: 'google',
        account: ACCOUNT,
        credentials: Object.fromEntries(names.map((name) => [name, `$${name}`])),
      },
      { ...written, name: 'posts', platform: 'x', account: '18ce54d4x5t', credentials: {} },
    ],
  });
  const values = new Map<string, string>(Object.entries(secrets));
  context = createContext({
    db,
    actor: { kind: 'cli', name: 'tester' },
    timezone: 'Asia/Tokyo',
    log: createLog('silent'),
    clock: fixedClock(NOW),
    secret: (variable) => values.get(variable) ?? '',
    endpoints: {},
    signal: new AbortController().signal,
  });
});

describe('the spend of a destination', () => {
  it('is rows with exact totals', async () => {
    const shares = Array.from(
      { length: 10 },
      () => ['Autumn', '2026-11-01', '100000', 0.1, 0.1] as const,
    );
    spent('USD', [...shares, ['Winter', '2026-11-20', '9007199254740993', 0, 1e6]]);
    const report = await readSpend(context, NOVEMBER);
    expect(report).toMatchObject({ ...NOVEMBER, platform: 'google', account: ACCOUNT });
    expect(report.rows).toHaveLength(11);
    expect(report.totals).toEqual([
      {
        currency: 'USD',
        cost: '9007199255.740993',
        impressions: 11_000,
        clicks: 275,
        conversions: '1',
        conversionsValue: '1000001',
      },
    ]);
  });

  it('adds no zeros to a currency without decimals', async () => {
    spent('JPY', [
      ['秋', '2026-11-01', '1234000000', 2, 5000],
      ['秋', '2026-11-02', '66000000', 0.5, 0],
    ]);
    const report = await readSpend(context, NOVEMBER);
    expect(report.totals).toMatchObject([{ currency: 'JPY', cost: '1300', conversions: '2.5' }]);
    expect(describeSpend(report).split('\n').at(-1)).toMatch(
      /^all +1,300 +2,000 +50 +2\.5 +5,000 +JPY$/,
    );
  });

  it('is no row and no total where nothing was shown', async () => {
    spent('USD', []);
    const report = await readSpend(context, { ...NOVEMBER, to: '2026-11-01' });
    expect(report).toMatchObject({ rows: [], totals: [] });
    expect(describeSpend(report)).toBe(
      `search-ads (google ${ACCOUNT}), on 2026-11-01, in the account's time zone: no campaign was shown.`,
    );
  });

  it('fails as the platform does', async () => {
    grantTokens();
    const errorCode = { authorizationError: 'CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION' };
    ads().post(SEARCH).reply(403, adsError(403, errorCode));
    const failure = await failureOf(readSpend(context, NOVEMBER));
    expect(failure).toMatchObject({ kind: 'permission' });
    expect(failure.nextStep).toContain('API Center');
  });

  it('is not of a platform that reports none, and says which do', async () => {
    await expect(readSpend(context, { ...NOVEMBER, destination: 'posts' })).rejects.toMatchObject({
      code: 'input.invalid',
      message: expect.stringMatching(/^X, .*"posts", reports no spend here; .*google/) as string,
    });
  });

  it('is of a destination that is there', async () => {
    await expect(readSpend(context, { ...NOVEMBER, destination: 'none' })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('posts, search-ads') as string,
    });
  });

  it('is of a day that has begun where days begin first, 14 hours before UTC', async () => {
    spent('USD', []);
    const clock = fixedClock(new Date('2026-11-21T10:00:00Z'));
    const there = { ...context, surroundings: { ...context.surroundings, clock } };
    const report = await readSpend(there, { ...NOVEMBER, to: '2026-11-22' });
    expect(report.to).toBe('2026-11-22');
  });

  it.each([
    [{ from: '2026-11-21', to: '2026-11-20' }, /2026-11-21, is after the last, 2026-11-20/],
    [{ from: '2026-02-30', to: '2026-11-20' }, /"2026-02-30" is not a day/],
    [{ from: '1 Nov', to: '2026-11-20' }, /"1 Nov" is not a day/],
    [{ from: '2026-11-01', to: '2026-11-22' }, /2026-11-22, a day to come/],
  ])('is of days that there were: %j', async (days, message) => {
    const asked = readSpend(context, { destination: 'search-ads', ...days });
    await expect(asked).rejects.toMatchObject({
      code: 'input.invalid',
      message: expect.stringMatching(message) as string,
    });
  });
});

describe('a spend report for people', () => {
  const report: SpendReport = {
    ...NOVEMBER,
    platform: 'google',
    account: ACCOUNT,
    rows: [
      {
        date: '2026-11-01',
        campaignId: '7',
        campaignName: '',
        cost: '12345.5',
        currency: 'USD',
        impressions: 1000,
        clicks: 25,
        conversions: 2.333_333,
        conversionsValue: '0.000001',
      },
    ],
    totals: [
      {
        currency: 'USD',
        cost: '12345678901234567.5',
        impressions: 1000,
        clicks: 25,
        conversions: '2.333333',
        conversionsValue: '0.000001',
      },
    ],
  };

  it('writes amounts with the digits of the currency and never fewer than there are', () => {
    expect(describeSpend(report).split('\n')).toEqual([
      `search-ads (google ${ACCOUNT}), from 2026-11-01 to 2026-11-20, in the account's time zone`,
      'day         campaign                       cost  impressions  clicks  conversions     value  currency',
      '2026-11-01         7                  12,345.50        1,000      25         2.33  0.000001  USD',
      'all                   12,345,678,901,234,567.50        1,000      25         2.33  0.000001  USD',
    ]);
  });
});
