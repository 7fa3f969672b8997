/**
 * Reads the body of a users request, of an audience or of the do-not-reach list, as strictly as X's
 * docs allow. Where they do not say how X
 * answers (an unhashed value, a body over a limit, unknown fields), the refusal with 400
 * INVALID_PARAMETER and its shape are the emulator's choice (unconfirmed).
 */
import { z } from 'zod';
import type { KeyKind } from '../../../src/identity/types.ts';
import { storedKeys, StoredKeys } from '../../sandbox/population.ts';
import { parseJson } from '../error-body.ts';
import type { ListKind } from './roster.ts';

export const MAX_OPERATIONS = 2500;
export const MAX_BYTES = 5_000_000;

/** X's default life of a member. Taken here as the most, which the docs say only of another list. */
export const MAX_LIFETIME_MONTHS = 13;

const EMPTY_DIGEST = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** An operation as it is kept: the keys of each user, digests or plain ids, and the span of an Update. */
const StoredSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('Update'),
    from: z.string(),
    until: z.string(),
    users: z.array(StoredKeys),
  }),
  z.object({ type: z.literal('Delete'), users: z.array(StoredKeys) }),
]);
export const StoredOperations = z.array(StoredSchema);
export type StoredOperation = z.infer<typeof StoredSchema>;

export interface ApiError {
  readonly code: string;
  readonly message: string;
  readonly parameter?: string;
}

export type UsersBody =
  | { readonly ok: true; readonly operations: StoredOperation[]; readonly users: number }
  | { readonly ok: false; readonly errors: readonly ApiError[] }
  | { readonly ok: false; readonly operationErrors: readonly (readonly ApiError[])[] };

const lowercase = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'is not a SHA-256 digest of 64 lowercase hexadecimal digits')
  .refine((value) => value !== EMPTY_DIGEST, 'is the SHA-256 of the empty string');

// X's example of the do-not-reach list is in upper case, those of audiences are in lower case.
const anyCase = z
  .string()
  .transform((value) => value.toLowerCase())
  .pipe(lowercase);

const hasKey = (user: Record<string, readonly string[]>) =>
  Object.values(user).some((keys) => keys.length > 0);

const AudienceUser = z
  .strictObject({
    email: z.array(lowercase).default([]),
    phone_number: z.array(lowercase).default([]),
    handle: z.array(lowercase).default([]),
    twitter_id: z.array(lowercase).default([]),
    device_id: z.array(lowercase).default([]),
    partner_user_id: z.array(z.string().min(1)).default([]),
  })
  .refine(hasKey, 'names no identifier');

const DoNotReachUser = z
  .strictObject({
    email: z.array(anyCase).default([]),
    phone_number: z.array(anyCase).default([]),
  })
  .refine(hasKey, 'names no identifier');

const time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'is not an ISO 8601 time in UTC to the second')
  .refine((value) => !Number.isNaN(Date.parse(value)), 'is no time');

/** What each of X's names for a key is to the population. */
const KINDS = {
  email: 'email',
  phone_number: 'phone',
  handle: 'x_handle',
  twitter_id: 'x_id',
  device_id: 'mobile_id',
  partner_user_id: 'external_id',
} as const satisfies Record<string, KeyKind>;

const NAMES = Object.keys(KINDS) as (keyof typeof KINDS)[];

const operationType = z.enum(['Update', 'Delete']);

/** What an operation may hold, by the list that it is for. */
const OPERATIONS = {
  crm: z.strictObject({
    operation_type: operationType,
    params: z.strictObject({
      effective_at: time.optional(),
      expires_at: time.optional(),
      users: z.array(AudienceUser).min(1),
    }),
  }),
  'do-not-reach': z.strictObject({
    operation_type: operationType,
    params: z.strictObject({
      expires_at: time.optional(),
      users: z.array(DoNotReachUser).min(1),
    }),
  }),
};

type User = { readonly [Name in keyof typeof KINDS]?: readonly string[] };

interface Operation {
  readonly operation_type: 'Update' | 'Delete';
  readonly params: {
    readonly effective_at?: string | undefined;
    readonly expires_at?: string | undefined;
    readonly users: readonly User[];
  };
}

export interface UsersRules {
  readonly kind: ListKind;
  readonly now: Date;
  /** Keys that are refused as malformed ones are. */
  readonly refused: ReadonlySet<string>;
}

/** Checks a whole body; nothing of it is taken where one part is refused. */
export function readUsersBody(bytes: Uint8Array, rules: UsersRules): UsersBody {
  if (bytes.byteLength > MAX_BYTES) return refuse(`The body is over ${MAX_BYTES} bytes.`);
  const body = parseJson(new TextDecoder().decode(bytes));
  if (!Array.isArray(body)) return refuse('The body is not a JSON array of operations.');
  if (body.length === 0) return refuse('The body holds no operation.');
  if (body.length > MAX_OPERATIONS) return refuse(`Over ${MAX_OPERATIONS} operations.`);

  const operations: StoredOperation[] = [];
  const operationErrors = body.map((input: unknown): ApiError[] => {
    const parsed = OPERATIONS[rules.kind].safeParse(input);
    if (!parsed.success) return parsed.error.issues.slice(0, 1).map(asError);
    const stored = store(parsed.data, rules);
    if ('code' in stored) return [stored];
    operations.push(stored);
    return [];
  });
  if (operations.length < body.length) return { ok: false, operationErrors };
  return {
    ok: true,
    operations,
    users: operations.reduce((sum, each) => sum + each.users.length, 0),
  };
}

function store({ operation_type: type, params }: Operation, rules: UsersRules) {
  const all = params.users.map(keysOf);
  if (all.flat().some(({ value }) => rules.refused.has(value))) {
    return invalid('an identifier is refused', 'params.users');
  }
  const users = all.map(storedKeys);
  if (type === 'Delete') return { type, users };
  const span = spanOf(params, rules);
  return 'code' in span ? span : { type, ...span, users };
}

function keysOf(user: User): { kind: KeyKind; value: string }[] {
  return NAMES.flatMap((name) => (user[name] ?? []).map((value) => ({ kind: KINDS[name], value })));
}

/**
 * When a member comes and goes. X's page of the do-not-reach list calls expires_at both required and
 * optional, and its longest both 13 months and less: the stricter of each is taken here.
 */
function spanOf(
  params: Operation['params'],
  { kind, now }: UsersRules,
): { from: string; until: string } | ApiError {
  const parameter = 'params.expires_at';
  const isDoNotReach = kind === 'do-not-reach';
  if (isDoNotReach && params.expires_at === undefined) {
    return { code: 'MISSING_PARAMETER', message: `${parameter} is required`, parameter };
  }
  const from = new Date(params.effective_at ?? now);
  const last = new Date(now);
  last.setUTCMonth(last.getUTCMonth() + MAX_LIFETIME_MONTHS);
  const until = new Date(params.expires_at ?? last);
  if (until <= from) return invalid('expires_at is not after effective_at', parameter);
  if (until > last || (isDoNotReach && until.getTime() === last.getTime())) {
    return invalid(`expires_at is too far ahead (${MAX_LIFETIME_MONTHS} months)`, parameter);
  }
  return { from: from.toISOString(), until: until.toISOString() };
}

function refuse(message: string): UsersBody {
  return { ok: false, errors: [invalid(message, 'body')] };
}

function asError(issue: z.core.$ZodIssue): ApiError {
  const parameter = z.core.toDotPath(issue.path);
  return invalid(`${parameter} ${issue.message}`, parameter);
}

function invalid(message: string, parameter: string): ApiError {
  return { code: 'INVALID_PARAMETER', message, parameter };
}
