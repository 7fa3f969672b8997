import { describe, expect, it } from 'vitest';
import type { FailureKind } from '../../connectors/connector.ts';
import { failureOfAnswer, X_FAILURES } from '../../connectors/x/failures.ts';
import { readErrors } from '../../connectors/x/error-body.ts';
import { scrub } from '../../connectors/x/scrub.ts';

const NOW = new Date('2026-11-01T00:00:00Z');
const failureOf = (status: number, text: string, headers: Record<string, string> = {}) =>
  failureOfAnswer({ status, headers, text }, NOW, ['top-secret']);
const errors = (code: string, rest: object = {}) => JSON.stringify({ errors: [{ code, ...rest }] });

/** Status, code and the kind it must become: X's error page, as far as a sync can meet it. */
const table: readonly (readonly [number, string, FailureKind])[] = [
  [400, 'INVALID_PARAMETER', 'invalid'],
  [400, 'MISSING_PARAMETER', 'invalid'],
  [400, 'EXCLUSIVE_PARAMETERS', 'invalid'],
  [400, 'INCLUSIVE_PARAMETERS', 'invalid'],
  [400, 'ILLEGAL_CHARACTERS', 'invalid'],
  [400, 'REQUEST_TOO_COMPLEX', 'invalid'],
  [400, 'INVALID_USER_ID', 'invalid'],
  [400, 'INVALID_TAILORED_AUDIENCE_TYPE', 'invalid'],
  [400, 'FEATURE_NOT_AVAILABLE', 'permission'],
  [401, 'UNAUTHORIZED_ACCESS', 'auth'],
  [403, 'CURRENT_USER_SUSPENDED', 'auth'],
  [403, 'UNAUTHORIZED_CLIENT_APPLICATION', 'permission'],
  [403, 'READONLY_CLIENT_APPLICATION', 'permission'],
  [403, 'ACCOUNT_NOT_FOUND', 'permission'],
  [403, 'USER_NOT_FOUND', 'permission'],
  [403, 'ACTION_NOT_ALLOWED', 'permission'],
  [403, 'ACCOUNT_LOCKED_OUT', 'permission'],
  [404, 'NOT_FOUND', 'gone'],
  [404, 'TAILORED_AUDIENCE_NOT_FOUND', 'gone'],
  [404, 'INVALID_ID_ILLEGAL_CHARACTERS', 'gone'],
  [404, 'ROUTE_NOT_FOUND', 'invalid'],
  [405, 'METHOD_NOT_ALLOWED', 'invalid'],
  [408, 'CANCELLED_REQUEST', 'transient'],
  [423, 'LOCK_ACQUISITION_TIMEOUT', 'transient'],
  [429, 'TOO_MANY_REQUESTS', 'throttled'],
  [500, 'INTERNAL_ERROR', 'transient'],
  [500, 'SERVER_ERROR', 'transient'],
  [503, 'OVER_CAPACITY', 'transient'],
  [503, 'SERVICE_UNAVAILABLE', 'transient'],
];

describe('failures of X', () => {
  it.each(table)('reads %i %s as %s, with a next step', (status, code, kind) => {
    const failure = failureOf(status, errors(code, { message: 'Why' }));
    expect(failure).toMatchObject({ kind, code, status });
    expect(failure.message).toBe(`X answered ${status} ${code}: Why`);
    expect(failure.nextStep.length).toBeGreaterThan(20);
  });

  it('has a row here for every code of the table', () => {
    expect(Object.keys(X_FAILURES).toSorted()).toEqual(table.map(([, code]) => code).toSorted());
  });

  it('judges an unknown code, or none, by the status', () => {
    const kinds = ([401, 403, 404, 408, 423, 429, 418, 400, 502] as const).map((status) => [
      failureOf(status, errors('NEW_CODE')).kind,
      failureOf(status, '').kind,
    ]);
    expect(kinds.map(([first]) => first)).toEqual([
      'auth',
      'permission',
      'gone',
      'transient',
      'transient',
      'throttled',
      'invalid',
      'invalid',
      'transient',
    ]);
    for (const [withCode, without] of kinds) expect(without).toBe(withCode);
    expect(failureOf(415, '').code).toBe('HTTP_415');
  });

  it('finds operation errors in whatever nesting they come', () => {
    const item = { code: 'INVALID_PARAMETER', message: 'Bad', parameter: 'expires_at' };
    for (const operation_errors of [
      [item],
      [[], [item]],
      [[[item]]],
      item,
      { errors: [item] },
      [{}, { errors: [item] }],
      [{ index: 9, errors: [item] }],
      { 0: { errors: [item] } },
      { some: { other: [item] } },
    ]) {
      const failure = failureOf(400, JSON.stringify({ operation_errors }));
      expect(failure.message).toBe(
        'X answered 400 INVALID_PARAMETER: in an operation, parameter expires_at, Bad',
      );
    }
    const odd = [{}, [], [[null]], [{ errors: [] }], { 1: {} }, 'text', 7];
    for (const operation_errors of odd) {
      expect(failureOf(400, JSON.stringify({ operation_errors })).code).toBe('HTTP_400');
    }
    const deep = `${'['.repeat(20_000)}${JSON.stringify(item)}${']'.repeat(20_000)}`;
    expect(failureOf(400, `{"operation_errors":${deep}}`).code).toBe('HTTP_400');
  });

  it('tells the operations at fault where the list has a place for each, and else nobody', () => {
    const bad = { code: 'INVALID_PARAMETER', message: 'Bad' };
    const worse = { code: 'MISSING_PARAMETER' };
    const placed = (operation_errors: unknown, operations: number) =>
      readErrors({ operation_errors }, operations).placed.map(
        ({ position, code }) => `${position} ${code}`,
      );
    expect(placed([[], [bad, worse], [worse]], 3)).toEqual([
      '1 INVALID_PARAMETER',
      '2 MISSING_PARAMETER',
    ]);
    expect(placed([[bad], [worse]], 2)).toEqual(['0 INVALID_PARAMETER', '1 MISSING_PARAMETER']);
    expect(placed([null, bad, {}], 3)).toEqual(['1 INVALID_PARAMETER']);
    expect(placed([bad], 1)).toEqual(['0 INVALID_PARAMETER']);
    expect(placed([bad, worse], 2)).toEqual([]);
    expect(placed([[], [bad]], 3)).toEqual([]);
    expect(placed([[], [bad], [], []], 3)).toEqual([]);
    expect(placed([[], []], 2)).toEqual([]);
    expect(placed([{}, { errors: [bad, worse] }, {}], 3)).toEqual(['1 INVALID_PARAMETER']);
    expect(placed([{ errors: [bad] }, { errors: [worse] }], 2)).toEqual([
      '0 INVALID_PARAMETER',
      '1 MISSING_PARAMETER',
    ]);
    expect(placed([{}, { errors: [bad] }], 3)).toEqual([]);
    expect(placed({ errors: [[], [bad]] }, 2)).toEqual(['1 INVALID_PARAMETER']);
    expect(readErrors('text', 1)).toEqual({ all: [], placed: [] });
    expect(failureOf(400, JSON.stringify({ operation_errors: [[bad]] })).culprits).toEqual([]);
  });

  it('tells the operations at fault that an index names, unless one index cannot be right', () => {
    const bad = { code: 'INVALID_PARAMETER', message: 'Bad' };
    const worse = { code: 'MISSING_PARAMETER' };
    const placed = (operation_errors: unknown, operations = 3) =>
      readErrors({ operation_errors }, operations).placed.map(
        ({ position, code }) => `${position} ${code}`,
      );
    const [second, last] = ['1 INVALID_PARAMETER', '2 MISSING_PARAMETER'];
    for (const named of [
      [{ index: 1, errors: [bad] }],
      { index: 1, errors: [bad] },
      { errors: [{ operation_index: 1, ...bad }] },
      [[{ operation_index: '1', ...bad }]],
      [{ index: 1, operation_index: 1, errors: [bad] }],
      [
        { index: 1, ...bad },
        { index: 1, ...worse },
      ],
      { 1: [bad] },
      { 1: { errors: [bad] } },
    ]) {
      expect(placed(named), JSON.stringify(named)).toEqual([second]);
    }
    for (const named of [
      [
        { index: 2, ...worse },
        { index: 1, ...bad },
      ],
      [{ index: 0 }, { index: 2, errors: [worse] }, { index: 1, errors: [bad] }],
      { 1: bad, 2: [worse] },
    ]) {
      expect(placed(named), JSON.stringify(named)).toEqual([second, last]);
    }
    for (const unsure of [
      [{ index: 3, errors: [bad] }],
      [{ index: -1, errors: [bad] }],
      [{ index: 'one', errors: [bad] }],
      [{ index: 1.5, errors: [bad] }],
      [{ index: 1, operation_index: 2, errors: [bad] }],
      [
        { index: 1, errors: [bad] },
        { index: 3, errors: [worse] },
      ],
      [[], [{ index: 0, ...bad }], [{ index: 0, ...bad }]],
      { 1: bad, 3: bad },
      { 1: bad, total: bad },
    ]) {
      expect(placed(unsure), JSON.stringify(unsure)).toEqual([]);
      expect(readErrors({ operation_errors: unsure }, 3).all[0]?.code).toBe('INVALID_PARAMETER');
    }
    expect(placed([{ index: 0, errors: [bad] }], 0)).toEqual([]);
  });

  it('blames the clock, not the credentials, for a 401 whose date is far off', () => {
    const text = errors('UNAUTHORIZED_ACCESS', { message: 'Bad signature' });
    const at = (date: string, status = 401) => failureOf(status, text, { date });
    const far = at('Sat, 31 Oct 2026 23:00:00 GMT');
    expect(far).toMatchObject({ kind: 'auth', code: 'UNAUTHORIZED_ACCESS', status: 401 });
    expect(far.message).toBe(
      "X answered 401 UNAUTHORIZED_ACCESS: Bad signature. This machine's clock is 60 minutes ahead of X's.",
    );
    expect(far.nextStep).toContain('clock');
    for (const fine of [at('Sat, 31 Oct 2026 23:55:00 GMT'), failureOf(401, text)]) {
      expect(fine.message).toBe('X answered 401 UNAUTHORIZED_ACCESS: Bad signature');
      expect(fine.nextStep).toContain('access tokens');
    }
    expect(at('Sat, 31 Oct 2026 23:00:00 GMT', 400).message).not.toContain('clock');
    const page = failureOf(401, '<html>', { date: 'Sat, 31 Oct 2026 23:00:00 GMT' });
    expect(page).toMatchObject({ kind: 'transient' });
    expect(page.message).not.toContain('clock');
  });

  it('waits until the reset of the account, else of the user, else as retry-after says', () => {
    const at = (seconds: number) => String(NOW.getTime() / 1000 + seconds);
    const account = { 'x-account-rate-limit-reset': at(300) };
    const user = { 'x-rate-limit-reset': at(20) };
    const after = { 'retry-after': '7' };
    const wait = (headers: Record<string, string>, status = 429) =>
      failureOf(status, errors('X'), headers).retryAfterMs;
    expect(wait({ ...after, ...user, ...account })).toBe(300_000);
    expect(wait({ ...after, ...user })).toBe(20_000);
    expect(wait(after)).toBe(7000);
    expect(wait({})).toBeUndefined();
    for (const late of [at(-20), at(0)]) {
      expect(wait({ 'x-rate-limit-reset': late })).toBeUndefined();
      expect(wait({ 'x-account-rate-limit-reset': late, ...user })).toBe(20_000);
      expect(wait({ 'x-rate-limit-reset': late, ...after })).toBe(7000);
    }
    expect(wait({ 'retry-after': '0' })).toBeUndefined();
    expect(wait({ 'x-rate-limit-reset': 'soon', ...after })).toBe(7000);
    expect(wait({ ...after, ...user, ...account }, 503)).toBe(7000);
    expect(wait({ ...user, ...account }, 503)).toBeUndefined();
    expect(wait({}, 503)).toBeUndefined();
    expect(wait(account, 400)).toBeUndefined();
  });

  it('counts the reset by the clock of X, since ours may be off', () => {
    const wait = (date: string) =>
      failureOf(429, errors('X'), { date, 'x-rate-limit-reset': String(NOW.getTime() / 1000) })
        .retryAfterMs;
    expect(wait('Sat, 31 Oct 2026 23:59:00 GMT')).toBe(60_000);
    expect(wait('Sun, 01 Nov 2026 00:01:00 GMT')).toBeUndefined();
    expect(wait('some day')).toBeUndefined();
  });

  it('keeps secrets, contact details and digests out of what X said', () => {
    const digest = 'ab'.repeat(32);
    const said = `no ${digest} for a.b+c@example.co.jp at +81 90-1234-5678 with top-secret, see https://x.example/a?b=c`;
    const clean = failureOf(400, errors(`CODE ${digest}`, { message: said, value: said }));
    expect(clean.code).toBe('CODE [digest]');
    expect(clean.message).toContain(
      'no [digest] for [e-mail] at [number] with [secret], see [address]',
    );
    expect(scrub('"customer 1" is no 4B61639E-47cc-4056-a16a-c8217e029462', [])).toBe(
      '[value] is no [id]',
    );
    expect(scrub('x'.repeat(10_000), [])).toHaveLength(300);
  });
});
