/** Google's error answers as connector failures, without a word of what was sent. */
import { z } from 'zod';
import { ConnectorFailure } from '../connector.ts';
import type { RefusedRow } from '../connector.ts';
import { culpritsOf } from './culprits.ts';
import { meaningOf, meaningOfAssertion, meaningOfStatus } from './failure-table.ts';
import type { FailureMeaning } from './failure-table.ts';

/** An HTTP answer whose body was JSON. */
export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Milliseconds from the `Retry-After` header, where there was one. */
  readonly retryAfterMs: number | undefined;
}

const ApiError = z.object({
  error: z.object({
    message: z.string().default(''),
    status: z.string().optional(),
    details: z.array(z.looseObject({ '@type': z.string() })).default([]),
  }),
});

/** RFC 6749, section 5.2. */
const TokenError = z.object({ error: z.string(), error_description: z.string().default('') });

const ErrorInfo = z.object({
  reason: z.string().optional(),
  metadata: z.record(z.string(), z.string()).default({}),
});
const RequestInfo = z.object({ requestId: z.string() });
const RetryInfo = z.object({ retryDelay: z.string().regex(/^\d+(\.\d+)?s$/) });
const BadRequest = z.object({
  fieldViolations: z
    .array(z.object({ field: z.string().default(''), reason: z.string().optional() }))
    .default([]),
});

/** The names of Google's quotas for this API. */
const QUOTA = /^(?:Ingestion|Management)(?:Mutate|Read)RequestsPer(?:Minute|Day)PerProject$/;

/**
 * The failure behind an answer of the Data Manager API. Its code is the first known reason of the
 * field violations, else that of ErrorInfo, else the status: the general code says little.
 *
 * @param rows how many members were sent; those that the violations name are its culprits
 */
export function apiFailure(
  answer: JsonAnswer,
  secrets: readonly string[],
  rows = 0,
): ConnectorFailure {
  const parsed = ApiError.safeParse(answer.body);
  if (!parsed.success) return failure(answer, { code: `HTTP_${answer.status}` });
  const { message, status, details } = parsed.data.error;
  const info = detail(details, 'ErrorInfo', ErrorInfo);
  const violations = detail(details, 'BadRequest', BadRequest)?.fieldViolations ?? [];
  const violation =
    violations.find(({ reason }) => reason !== undefined && meaningOf(reason) !== undefined) ??
    violations[0];
  const reasons = [violation?.reason, info?.reason, status].filter(isCode);
  const code = reasons[0] ?? `HTTP_${answer.status}`;
  const known = reasons.find((reason) => meaningOf(reason) !== undefined);

  const quota = info?.metadata['quota_limit'] ?? '';
  const text = [
    violation === undefined || violation.field === ''
      ? ''
      : `at ${clean(violation.field, secrets)}`,
    QUOTA.test(quota) ? `over ${quota}:` : '',
    clean(message, secrets),
  ];
  const requestId = detail(details, 'RequestInfo', RequestInfo)?.requestId;
  if (requestId !== undefined && /^[\w-]{1,60}$/.test(requestId) && !secrets.includes(requestId)) {
    text.push(`(request ${requestId})`);
  }
  const delay = detail(details, 'RetryInfo', RetryInfo)?.retryDelay;
  const retryAfterMs =
    delay === undefined ? answer.retryAfterMs : Math.ceil(Number.parseFloat(delay) * 1000);
  return failure(answer, {
    code,
    text: text.filter(Boolean).join(' '),
    meaning: known === undefined ? undefined : meaningOf(known),
    retryAfterMs,
    culprits: answer.status === 400 ? culpritsOf(violations, rows) : [],
  });
}

/**
 * The failure behind an answer of the token endpoint; a refusal without a code is `auth`.
 *
 * @param by what was shown to it: the same code has other causes for each
 */
export function tokenFailure(
  answer: JsonAnswer,
  secrets: readonly string[],
  by: 'refresh token' | 'key' = 'refresh token',
): ConnectorFailure {
  const parsed = TokenError.safeParse(answer.body);
  if (!parsed.success || !/^[a-z_]{1,60}$/.test(parsed.data.error)) {
    const status = answer.status >= 400 && answer.status < 429 ? 401 : answer.status;
    return failure({ ...answer, status }, { code: `HTTP_${answer.status}` });
  }
  const { error, error_description: description } = parsed.data;
  const ofKey = by === 'key' ? meaningOfAssertion(error, description) : undefined;
  return failure(answer, {
    code: error,
    text: clean(description, secrets),
    meaning: ofKey ?? meaningOf(error),
  });
}

/** A failure under a code of our own table, where no answer of Google stands behind it. */
export function ownFailure(
  code: string,
  message: string,
  culprits: readonly RefusedRow[] = [],
): ConnectorFailure {
  const { kind, nextStep } = meaningOf(code) ?? meaningOfStatus(400);
  return new ConnectorFailure(kind, message, { code, nextStep, culprits });
}

/** No usable answer came: a timeout, a broken connection, or an answer that cannot be read. */
export function noAnswer(code: string, message: string, status?: number): ConnectorFailure {
  return new ConnectorFailure('transient', message, {
    code,
    nextStep:
      'Nothing to do if this passes; else check the network and the addresses GOOGLE_DATA_MANAGER_URL, GOOGLE_OAUTH_URL and GOOGLE_ADS_URL.',
    ...(status === undefined ? {} : { status }),
  });
}

function failure(
  answer: JsonAnswer,
  found: {
    readonly code: string;
    readonly text?: string;
    readonly meaning?: FailureMeaning | undefined;
    readonly retryAfterMs?: number | undefined;
    readonly culprits?: readonly RefusedRow[];
  },
): ConnectorFailure {
  const { code, text = '', culprits = [] } = found;
  const { kind, nextStep } = found.meaning ?? meaningOfStatus(answer.status);
  const retryAfterMs = found.retryAfterMs ?? answer.retryAfterMs;
  const sentence = `Google answered ${answer.status} ${code}${text === '' ? '.' : `: ${text}`}`;
  return new ConnectorFailure(kind, sentence, {
    code,
    nextStep,
    status: answer.status,
    culprits,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

function detail<T>(
  details: readonly { '@type': string }[],
  type: string,
  schema: z.ZodType<T>,
): T | undefined {
  const found = details.find((entry) => entry['@type'].endsWith(`/google.rpc.${type}`));
  return found === undefined ? undefined : schema.safeParse(found).data;
}

/** Words in capitals: an uppercase digest has digits in its first word and is none. */
function isCode(text: string | undefined): text is string {
  return text !== undefined && /^[A-Z]{1,60}(?:_[A-Z0-9]{1,60})*$/.test(text);
}

/**
 * Google's words without what they may echo: secrets, quoted values, addresses' queries, e-mails,
 * and any long run of characters that is not a plain word or a code, as digests and tokens are.
 */
function clean(text: string, secrets: readonly string[]): string {
  let rest = text;
  for (const secret of secrets) if (secret !== '') rest = rest.replaceAll(secret, '…');
  return rest
    .replaceAll(/"[^"]*"?|(?<!\w)'[^']*'?/g, '…')
    .replaceAll(/\S+@\S+/g, '…')
    .replaceAll(/\?\S*/g, '…')
    .replaceAll(/[\w+/=-]{20,}/g, (run) => (/^(?:[A-Z_]+|[a-z_]+)$/.test(run) ? run : '…'))
    .slice(0, 300)
    .trim();
}
