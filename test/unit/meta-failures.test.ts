import { describe, expect, it } from 'vitest';
import type { FailureKind } from '../../connectors/connector.ts';
import { MEANINGS } from '../../connectors/meta/failure-table.ts';
import { failureFromGraph } from '../../connectors/meta/failures.ts';
import { plainHeaders, regainMs, usageOf } from '../../connectors/meta/usage.ts';

const failure = (
  error: object | null,
  { status = 400, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
) => failureFromGraph(error, { status, headers, token: 'EAAsecret', account: 'act_42' });

/** Every code of the fact sheet that an audience sync can meet, by what has to be done. */
const EXPECTED: Record<FailureKind, string> = {
  throttled:
    '4 4/1504022 17 17/2446079 32 341 613 613/1487742 613/5044001 80000 80001 80002 80003/2446079 80004 80005 80006 80008 80009 80014',
  transient: '1 1/99 2 2650/1870145',
  auth: '102 190 190/458 190/459 190/460 190/463 190/467',
  permission: '10 200 200/1870050 203 270 294 299 2654/1713092',
  terms: '200/1870034 200/1870090 200/1870092 1870090 1870092 2663 2664',
  invalid:
    '100 100/1713098 105 194 2650 2650/1870144 2650/1870147 2650/1870148 2650/1870158 2650/1870159 2654 2656',
  policy:
    '17/1885172 100/1713228 100/1713229 100/1713230 100/1713231 100/1713232 200/1870047 368 2635',
  gone: '100/33',
};
const cases = Object.entries(EXPECTED).flatMap(([kind, codes]) =>
  codes.split(' ').map((code) => [code, kind] as const),
);

describe('the meaning of a Meta error code', () => {
  it.each(cases)('%s is %s, with a next step for a person', (code, kind) => {
    const [main, subcode] = code.split('/').map(Number);
    const found = failure({
      message: 'x',
      code: main,
      ...(subcode === undefined ? {} : { error_subcode: subcode }),
    });
    expect(found.kind).toBe(kind);
    expect(found.code).toBe(code);
    expect(found.nextStep).toMatch(/^[A-Z].{20,}[./]$/);
    expect(found.status).toBe(400);
  });

  it('is in the table under no code that the expectations leave out', () => {
    const expected = new Set(cases.flatMap(([code]) => [code, code.split('/')[0]]));
    expect(Object.keys(MEANINGS).filter((code) => !expected.has(code))).toEqual(['1870034']);
  });

  it('follows the HTTP status for a code that nobody documented', () => {
    const unheardOf = { message: 'x', code: 987654 };
    expect(failure(unheardOf).kind).toBe('invalid');
    expect(failure(unheardOf, { status: 500 }).kind).toBe('transient');
    expect(failure(unheardOf, { status: 429 }).kind).toBe('throttled');
    expect(failure({ ...unheardOf, is_transient: true }).kind).toBe('transient');
  });

  it('does not need an error code at all', () => {
    expect(failure({ title: 'Gateway' }, { status: 504 })).toMatchObject({
      kind: 'transient',
      code: 'http-504',
    });
    expect(failure(null, { status: 429, headers: { 'retry-after': '7' } })).toMatchObject({
      kind: 'throttled',
      retryAfterMs: 7000,
    });
  });
});

describe('the message of a failure of Meta', () => {
  it.each([
    ["Value 'customer 7' of 'O'Brien' is bad", /^Meta: Value \[value\] of \[value\] is bad$/],
    ['Value ‘customer 7’ and “customer 8”', /^Meta: Value \[value\] and \[value\]$/],
    ['Number +819012345678 and +1 (650) 555-1212.', /^Meta: Number \[phone\] and \[phone\]\.$/],
    ['Call 090-1234-5678 now', /^Meta: Call \[phone\] now$/],
    ["It can't and doesn't take users' lists", /^Meta: It can't and doesn't take users' lists$/],
    ['(#80003) 10000 rows in v26.0', /^Meta: \(#80003\) 10000 rows in v26\.0$/],
    ['Object 23850000000001 at 2026-11-21', /^Meta: Object 23850000000001 at 2026-11-21$/],
  ])('holds no value that it quotes and no phone number: %s', (message, says) => {
    expect(failure({ message, code: 100 }).message).toMatch(says);
  });
});

describe('the next step after a refusal of Meta', () => {
  const stepOf = (code: string) => {
    const [main, subcode] = code.split('/').map(Number);
    return failure({
      message: 'x',
      code: main,
      ...(subcode === undefined ? {} : { error_subcode: subcode }),
    }).nextStep;
  };

  it.each([
    ['200/1870090', /customaudiences\/tos\/\?act=42 .*again/],
    ['200/1870034', /as a person \(not a system user\).*act=42/],
    ['2664', /business that owns .*act=42/],
    ['200/1870092', /Business Tools/],
    ['100/1713230', /Appeal in Audience Manager/],
    ['100/1713232', /before making lookalikes/],
    ['2650', /kind of data it was first filled with/],
    ['200/1870047', /\(`rekindle run SYNC --replace`\), or delete it/],
    ['200/1870050', /Link the ad account to a business/],
    ['2654/1713092', /right to manage this ad account/],
    ['2650/1870144', /100 million .*without --replace/],
    ['2650/1870145', /under way .* has ended/],
    ['2650/1870147', /no beginning .*--replace/],
    ['2650/1870148', /not fully updated.*--replace/],
    ['2650/1870158', /90 minutes.*--replace/],
    ['2650/1870159', /had ended before.*--replace/],
    ['4', /app as a whole/],
    ['341', /app as a whole/],
    ['17', /system user of its own/],
    ['613', /holds calls back as abuse/],
    ['190/458', /installed again/],
    ['190/459', /checkpoint/],
    ['190/460', /password/],
    ['190/463', /has ended/],
    ['190/467', /took this one back/],
    ['2635', /Update Rekindle/],
  ])('%s is its own', (code, says) => {
    expect(stepOf(code)).toMatch(says);
    expect(stepOf(code)).not.toContain('{account}');
  });

  it('asks for the app secret where its proof is missing or wrong, and for nothing new otherwise', () => {
    const proof = failure({
      code: 100,
      message: 'Invalid appsecret_proof provided in the API argument',
    });
    expect(proof).toMatchObject({ kind: 'auth', code: '100' });
    expect(proof.nextStep).toMatch(/as appSecret/);
    const other = { code: 100, message: 'appsecret_proof', error_subcode: 33 };
    expect(failure(other).kind).toBe('gone');
  });

  it('is to wait where Meta calls a refusal transient, whatever its code, and never needs it to', () => {
    expect(failure({ code: 100, message: 'x', is_transient: true }).kind).toBe('transient');
    expect(failure({ code: 2, message: 'x', is_transient: false }).kind).toBe('transient');
    expect(failure({ code: 80003, message: 'x', is_transient: true }).kind).toBe('throttled');
  });
});

describe('the usage headers of Meta', () => {
  const business = (...minutes: number[]) => ({
    'x-business-use-case-usage': JSON.stringify({
      '66782684': minutes.map((estimated_time_to_regain_access) => ({
        type: 'custom_audience',
        call_count: 95,
        total_cputime: 20,
        total_time: 20,
        estimated_time_to_regain_access,
      })),
    }),
  });

  it('give the wait in minutes, seconds or seconds, whichever is longest', () => {
    expect(regainMs(business(0, 19, 3))).toBe(19 * 60_000);
    const account = (acc_id_util_pct: number) => ({
      'x-ad-account-usage': JSON.stringify({ acc_id_util_pct, reset_time_duration: 100 }),
    });
    expect(regainMs(account(100))).toBe(100_000);
    expect(regainMs(account(9.67))).toBeUndefined();
    expect(regainMs({ ...business(1), ...account(100), 'retry-after': '5' })).toBe(100_000);
  });

  it('are not needed to know how long a used up score takes at most', () => {
    for (const [code, error_subcode] of [
      [17, 2446079],
      [613, 1487742],
    ]) {
      const error = { message: 'x', code, error_subcode };
      expect(failure(error).retryAfterMs).toBe(300_000);
      expect(failure(error, { headers: business(2) }).retryAfterMs).toBe(120_000);
    }
    expect(failure({ message: 'x', code: 17 }).retryAfterMs).toBeUndefined();
  });

  it('count in the business header for uploads, or else for the ad account, and for nothing else', () => {
    const entry = (type: string, call_count: number, minutes: number) => ({
      type,
      call_count,
      total_cputime: 0,
      total_time: 0,
      estimated_time_to_regain_access: minutes,
    });
    const of = (...entries: object[]) => ({
      'x-business-use-case-usage': JSON.stringify({ '1': entries }),
    });
    const insights = entry('ads_insights', 100, 50);
    const management = entry('ads_management', 90, 20);
    const all = of(insights, management, entry('custom_audience', 7, 0));
    expect(usageOf(all)).toEqual({ used: 0.07 });
    expect(regainMs(all)).toBeUndefined();
    expect(usageOf(of(insights, management))).toEqual({ used: 0.9, resetMs: 20 * 60_000 });
    expect(regainMs(of(insights, management))).toBe(20 * 60_000);
    expect(usageOf(of(insights))).toBeUndefined();
    expect(regainMs(of(insights))).toBeUndefined();
  });

  it('give no wait for a failure that is no throttling', () => {
    const error = { message: 'x', code: 190 };
    expect(failure(error, { headers: business(5) }).retryAfterMs).toBeUndefined();
    expect(failure({ ...error, code: 80003 }, { headers: business(5) }).retryAfterMs).toBe(300_000);
  });

  it('give the fullest budget, and nothing where they are absent or unreadable', () => {
    const app = { 'x-app-usage': '{"call_count":28,"total_time":25,"total_cputime":25}' };
    expect(usageOf(app)).toEqual({ used: 0.28 });
    expect(usageOf({ ...app, ...business(0) })).toEqual({ used: 0.95 });
    expect(usageOf({})).toBeUndefined();
    expect(usageOf({ 'x-app-usage': '<html>' })).toBeUndefined();
    expect(regainMs({ 'x-business-use-case-usage': '[1]', 'retry-after': 'soon' })).toBeUndefined();
  });

  it('give the time of the fullest budget alone: minutes of a business, seconds of an account', () => {
    const account = (acc_id_util_pct: number) => ({
      'x-ad-account-usage': JSON.stringify({ acc_id_util_pct, reset_time_duration: 100 }),
    });
    expect(usageOf({ ...business(2), ...account(9.67) })).toEqual({ used: 0.95, resetMs: 120_000 });
    expect(usageOf({ ...business(2), ...account(96) })).toEqual({ used: 0.96, resetMs: 100_000 });
    expect(usageOf({ ...business(0, 7), ...account(95) })).toEqual({
      used: 0.95,
      resetMs: 420_000,
    });
  });

  it('are read whatever the case of their names', () => {
    expect(plainHeaders({ 'X-App-Usage': 'a', other: 1, list: ['b'] })).toEqual({
      'x-app-usage': 'a',
    });
    expect(plainHeaders(null)).toEqual({});
  });
});
