import { existsSync, readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { FAILURE_KINDS } from '../../connectors/connector.ts';
import { KNOWN_CODES, meaningOf } from '../../connectors/google/failure-table.ts';
import { apiFailure, tokenFailure } from '../../connectors/google/failures.ts';
import { digestOf } from '../support/google-context.ts';

const SPEC = '../shared/platforms/google-spec.json';
const SHEET = '../shared/platforms/google.md';
const TYPE = 'type.googleapis.com/google.rpc.';

function answer(status: number, error: object, retryAfterMs?: number) {
  return { status, body: { error: { code: status, ...error } }, retryAfterMs };
}

describe("Google's error answers", () => {
  it.skipIf(!existsSync(SPEC))('all have a meaning of their own', () => {
    const spec = JSON.parse(readFileSync(SPEC, 'utf8')) as {
      errorReasonsAudienceRelevant: readonly string[];
    };
    const codes = spec.errorReasonsAudienceRelevant.map((entry) => entry.split('=')[0] ?? '');
    expect(codes.length).toBeGreaterThan(50);
    expect(codes.filter((code) => meaningOf(code) === undefined)).toEqual([]);
  });

  it.skipIf(!existsSync(SHEET))('that the fact sheet lists have a meaning of their own', () => {
    const [, section = ''] =
      /### 1\.6 Errors\n([^]*?)\n### /.exec(readFileSync(SHEET, 'utf8')) ?? [];
    const numbered = section.match(/[A-Z][A-Z\d_]{6,}(?= \d)/g) ?? [];
    const codes = [...numbered, 'SERVICE_DISABLED', 'ACCESS_TOKEN_SCOPE_INSUFFICIENT'];
    expect(codes.length).toBeGreaterThan(30);
    expect(codes.filter((code) => meaningOf(code) === undefined)).toEqual([]);
  });

  it('have each code once, a kind of the family and a next step that is a sentence', () => {
    expect(new Set(KNOWN_CODES).size).toBe(KNOWN_CODES.length);
    for (const code of KNOWN_CODES) {
      const meaning = meaningOf(code);
      expect(Object.keys(FAILURE_KINDS)).toContain(meaning?.kind);
      expect(meaning?.nextStep).toMatch(/^[A-Z].{20,}\.$/);
    }
  });

  it.each([
    ['TERMS_AND_CONDITIONS_NOT_SIGNED', 'terms'],
    ['NOT_ALLOWLISTED', 'policy'],
    ['ADVERTISER_NOT_ALLOWLISTED_FOR_UPLOADED_DATA', 'policy'],
    ['INVALID_USER_LIST_ID', 'gone'],
    ['DISPLAY_NAME_ALREADY_USED', 'invalid'],
    ['INVALID_SHA256_FORMAT', 'invalid'],
    ['OWNERSHIP_REQUIRED_FOR_UPDATE', 'permission'],
  ])('take %s from the field violation and mean %s', (reason, kind) => {
    const failure = apiFailure(
      answer(400, {
        status: 'INVALID_ARGUMENT',
        message: 'There was a problem with the request.',
        details: [
          { '@type': `${TYPE}ErrorInfo`, reason: 'INVALID_ARGUMENT', domain: 'x' },
          { '@type': `${TYPE}RequestInfo`, requestId: 't-1a2b' },
          {
            '@type': `${TYPE}BadRequest`,
            fieldViolations: [{ field: 'a_field[3].b', description: 'x', reason }],
          },
        ],
      }),
      [],
    );
    expect(failure).toMatchObject({ kind, code: reason, status: 400 });
    expect(failure.message).toBe(
      `Google answered 400 ${reason}: at a_field[3].b There was a problem with the request. (request t-1a2b)`,
    );
  });

  it.each([
    [400, 'invalid'],
    [401, 'auth'],
    [403, 'permission'],
    [404, 'gone'],
    [408, 'transient'],
    [409, 'transient'],
    [429, 'throttled'],
    [500, 'transient'],
    [503, 'transient'],
  ])('without a code that we know mean by status %i: %s', (status, kind) => {
    const unknown = { status: 'A_CODE_OF_NEXT_YEAR', message: 'x' };
    expect(apiFailure(answer(status, unknown), []).kind).toBe(kind);
    expect(apiFailure({ status, body: 'x', retryAfterMs: undefined }, []).kind).toBe(kind);
  });

  it('say how long to wait where Google says it, and which quota ran out', () => {
    const status = 'RESOURCE_EXHAUSTED';
    const info = {
      '@type': `${TYPE}ErrorInfo`,
      reason: 'RATE_LIMIT_EXCEEDED',
      metadata: { quota_limit: 'IngestionMutateRequestsPerMinutePerProject' },
    };
    const retry = { '@type': `${TYPE}RetryInfo`, retryDelay: '2.5s' };
    const failure = apiFailure(answer(429, { status, details: [info, retry] }), []);
    expect(failure).toMatchObject({ kind: 'throttled', retryAfterMs: 2500 });
    expect(apiFailure(answer(429, { status }, 7000), []).retryAfterMs).toBe(7000);
    expect(apiFailure(answer(429, { status }), []).retryAfterMs).toBeUndefined();
  });

  it('never carry what they echo: digests, tokens, quoted values, queries or e-mails', () => {
    const digest = digestOf('someone@example.com');
    const base64 = Buffer.from(digest, 'hex').toString('base64');
    const secrets = ['ya29.short.s3', '1//refresh', 'GOCSPX-secret'];
    const upper = `F${digest.slice(1)}`.toUpperCase();
    const echoes = [digest, upper, base64, 'someone@example.com', ...secrets];
    for (const echo of echoes) {
      const text = `Bad value ${echo} at 'x', "${echo}" see https://x.test/a?token=${echo}`;
      const failure = apiFailure(
        answer(400, {
          status: 'INVALID_ARGUMENT',
          message: text,
          details: [
            { '@type': `${TYPE}ErrorInfo`, reason: echo, metadata: { quota_limit: text } },
            { '@type': `${TYPE}RequestInfo`, requestId: secrets[0] },
            {
              '@type': `${TYPE}BadRequest`,
              fieldViolations: [{ field: text, description: text, reason: echo }],
            },
          ],
        }),
        secrets,
      );
      const shown = `${JSON.stringify(failure)} ${inspect(failure, { depth: Infinity })}`;
      expect(echoes.filter((each) => shown.includes(each))).toEqual([]);
      const oauth = tokenFailure(
        { status: 400, body: { error: echo, error_description: text }, retryAfterMs: undefined },
        secrets,
      );
      const said = `${JSON.stringify(oauth)} ${inspect(oauth, { depth: Infinity })}`;
      expect(echoes.filter((each) => said.includes(each))).toEqual([]);
    }
  });

  it.each([
    [400, 'invalid_grant', 'auth'],
    [401, 'invalid_client', 'auth'],
    [400, 'admin_policy_enforced', 'permission'],
    [503, 'temporarily_unavailable', 'transient'],
  ])('of the token endpoint: %i %s means %s', (status, error, kind) => {
    const failure = tokenFailure({ status, body: { error }, retryAfterMs: undefined }, []);
    expect(failure).toMatchObject({ kind, code: error });
  });

  it.each([
    ['invalid_grant', 'Invalid JWT: Token must be a short-lived token. Check your iat', /clock/],
    ['invalid_grant', 'Invalid JWT Signature.', /new JSON key/],
    ['invalid_grant', 'Invalid grant: account not found', /deleted or disabled/],
    ['invalid_grant', '', /clock.*key/],
    ['disabled_client', 'The OAuth client was disabled.', /Enable the service account/],
  ])('of the token endpoint to a service account: %s "%s" says %s', (error, words, way) => {
    const body = { error, error_description: words };
    const answered = { status: 400, body, retryAfterMs: undefined };
    const failure = tokenFailure(answered, [], 'key');
    expect(failure).toMatchObject({ kind: 'auth', code: error });
    expect(failure.nextStep).toMatch(way);
    expect(tokenFailure(answered, []).nextStep).not.toBe(failure.nextStep);
  });

  it('name rows only where the request was refused as 400', () => {
    const fieldViolations = [{ field: 'audience_members[1]', reason: 'INVALID_SHA256_FORMAT' }];
    const error = { details: [{ '@type': `${TYPE}BadRequest`, fieldViolations }] };
    const culprits = [{ position: 1, code: 'INVALID_SHA256_FORMAT' }];
    expect(apiFailure(answer(400, error), [], 2)).toMatchObject({ culprits });
    expect(apiFailure(answer(400, error), [], 1).culprits).toEqual([]);
    expect(apiFailure(answer(400, error), []).culprits).toEqual([]);
    expect(apiFailure(answer(503, error), [], 2).culprits).toEqual([]);
  });

  it.each([
    [400, 'auth'],
    [429, 'throttled'],
    [500, 'transient'],
  ])('of the token endpoint without a code: %i means %s', (status, kind) => {
    expect(tokenFailure({ status, body: {}, retryAfterMs: undefined }, []).kind).toBe(kind);
  });
});
