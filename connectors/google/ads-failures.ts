/**
 * Errors of the Google Ads API as connector failures. Nothing of Google's prose is repeated: the
 * code, the field and Google's request id say it, and none of them can hold what was sent.
 */
import { z } from 'zod';
import { ConnectorFailure } from '../connector.ts';
import type { RefusedRow } from '../connector.ts';
import { blamesOperation, meaningOfAds, meaningOfAdsStatus } from './ads-failure-table.ts';
import type { JsonAnswer } from './failures.ts';

const Details = z.array(z.looseObject({ '@type': z.string() })).default([]);

/** `google.rpc.Status`: in the answer to a refused request, and in a partial failure. */
const Status = z.object({ status: z.string().optional(), details: Details });
const ApiError = z.object({ error: Status });

const ErrorInfo = z.object({ reason: z.string() });

/** `google.ads.googleads.v25.errors.GoogleAdsFailure`, as ProtoJSON writes it. */
const GoogleAdsFailure = z.object({
  requestId: z.string().optional(),
  errors: z
    .array(
      z.object({
        /** One entry, e.g. `{ quotaError: 'RESOURCE_EXHAUSTED' }`. */
        errorCode: z.record(z.string(), z.unknown()).default({}),
        location: z
          .object({
            fieldPathElements: z
              .array(z.object({ fieldName: z.string(), index: z.int().nonnegative().optional() }))
              .default([]),
          })
          .optional(),
        details: z
          .object({ quotaErrorDetails: z.object({ retryDelay: z.string().optional() }).optional() })
          .optional(),
      }),
    )
    .min(1),
});
type AdsError = z.infer<typeof GoogleAdsFailure>['errors'][number];

/**
 * The failure behind an answer that is not 200. Where Google names several errors, the first that
 * is no matter of single rows decides, else the first that we know.
 *
 * @param secrets what no message may hold, whatever Google echoes
 */
export function adsFailure(answer: JsonAnswer, secrets: readonly string[]): ConnectorFailure {
  const { status, retryAfterMs } = answer;
  const error = ApiError.safeParse(answer.body).data?.error;
  const named = error === undefined ? undefined : readDetails(error.details);
  if (named !== undefined) return failureOf(named, answer, secrets);
  const info = detailOf(error?.details ?? [], 'google.rpc.ErrorInfo', ErrorInfo)?.reason;
  const codes = [info, error?.status].filter(isCode);
  const known = codes.find((code) => meaningOfAds(code) !== undefined);
  const code = known ?? codes[0] ?? `HTTP_${status}`;
  const { kind, nextStep } = meaningOfAds(code) ?? meaningOfAdsStatus(status);
  return new ConnectorFailure(kind, `Google Ads answered ${status} ${code}.`, {
    code,
    nextStep,
    status,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/**
 * The failure behind `partialFailureError`, Google's word that it takes some of the operations and
 * refuses others. Null where there is none. Operations that were refused for what they hold are its
 * culprits: positions are those of the request's `operations`.
 */
export function partialFailure(body: unknown, secrets: readonly string[]): ConnectorFailure | null {
  const parsed = z.object({ partialFailureError: z.unknown() }).safeParse(body).data;
  if (parsed?.partialFailureError === undefined || parsed.partialFailureError === null) return null;
  const answer: JsonAnswer = { status: 200, body, retryAfterMs: undefined };
  const named = readDetails(Status.safeParse(parsed.partialFailureError).data?.details ?? []);
  if (named !== undefined) return failureOf(named, answer, secrets);
  return new ConnectorFailure('invalid', 'Google Ads refused rows without saying which or why.', {
    code: 'PARTIAL_FAILURE',
    nextStep: meaningOfAdsStatus(400).nextStep,
    status: 200,
  });
}

interface NamedErrors {
  readonly errors: readonly AdsError[];
  readonly requestId: string | undefined;
}

function readDetails(details: z.infer<typeof Details>): NamedErrors | undefined {
  const failure = detailOf(details, '.errors.GoogleAdsFailure', GoogleAdsFailure);
  return failure === undefined
    ? undefined
    : { errors: failure.errors, requestId: failure.requestId };
}

function failureOf(
  { errors, requestId }: NamedErrors,
  answer: JsonAnswer,
  secrets: readonly string[],
): ConnectorFailure {
  const meanings = errors.map((error) => {
    const code = codeOf(error);
    const { kind, nextStep } = meaningOfAds(code) ?? meaningOfAdsStatus(answer.status);
    return { error, code, kind, nextStep, known: meaningOfAds(code) !== undefined };
  });
  const foremost =
    meanings.find(({ kind }) => kind !== 'invalid') ??
    meanings.find(({ known }) => known) ??
    meanings[0];
  if (foremost === undefined) throw new RangeError('A GoogleAdsFailure without errors.');
  const { error, code, kind, nextStep } = foremost;
  const id = printableId(requestId, secrets);
  const place = placeOf(error);
  const at = place === '' ? '' : ` at ${place}`;
  const retryAfterMs = longestDelay(errors) ?? answer.retryAfterMs;
  return new ConnectorFailure(kind, `Google Ads answered ${answer.status} ${code}${at}.${id}`, {
    code,
    nextStep,
    status: answer.status,
    culprits: culpritsOf(meanings),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/**
 * The operations that Google refused for what they hold: where any error has another cause, or no
 * place, the request is not good without them either.
 */
function culpritsOf(errors: readonly { error: AdsError; code: string }[]): RefusedRow[] {
  const rows = new Map<number, string>();
  for (const { error, code } of errors) {
    const position = error.location?.fieldPathElements.find(
      ({ fieldName }) => fieldName === 'operations',
    )?.index;
    if (position === undefined || !blamesOperation(code)) return [];
    if (!rows.has(position)) rows.set(position, code);
  }
  return Array.from(rows, ([position, code]) => ({ position, code }));
}

/** `{ quotaError: 'RESOURCE_EXHAUSTED' }` as `QuotaError.RESOURCE_EXHAUSTED`. */
function codeOf({ errorCode }: AdsError): string {
  const [family = '', value] = Object.entries(errorCode)[0] ?? [];
  if (!/^[a-zA-Z]{1,60}$/.test(family) || typeof value !== 'string' || !isCode(value)) {
    return 'UNKNOWN_ERROR_CODE';
  }
  return `${family.charAt(0).toUpperCase()}${family.slice(1)}.${value}`;
}

/** The field that an error is about, e.g. `operations[3].create.user_identifiers[0]`. */
function placeOf({ location }: AdsError): string {
  const elements = location?.fieldPathElements ?? [];
  return elements
    .filter(
      ({ fieldName }) => /^[a-zA-Z]+(?:_[a-zA-Z]+)*$/.test(fieldName) && fieldName.length < 40,
    )
    .map(({ fieldName, index }) => (index === undefined ? fieldName : `${fieldName}[${index}]`))
    .join('.');
}

function longestDelay(errors: readonly AdsError[]): number | undefined {
  const delays = errors.flatMap(({ details }) => {
    const [, seconds] =
      /^(\d+(?:\.\d+)?)s$/.exec(details?.quotaErrorDetails?.retryDelay ?? '') ?? [];
    return seconds === undefined ? [] : [Math.ceil(Number(seconds) * 1000)];
  });
  return delays.length === 0 ? undefined : Math.max(...delays);
}

function printableId(requestId: string | undefined, secrets: readonly string[]): string {
  const printable =
    requestId !== undefined && /^[\w-]{1,60}$/.test(requestId) && !secrets.includes(requestId);
  return printable ? ` (request ${requestId})` : '';
}

/** Words in capitals: an uppercase digest has digits in its first word and is none. */
function isCode(text: string | undefined): text is string {
  return text !== undefined && /^[A-Z]{1,60}(?:_[A-Z0-9]{1,60})*$/.test(text);
}

function detailOf<T>(
  details: z.infer<typeof Details>,
  type: string,
  schema: z.ZodType<T>,
): T | undefined {
  const found = details.find((entry) => entry['@type'].endsWith(type));
  return found === undefined ? undefined : schema.safeParse(found).data;
}
