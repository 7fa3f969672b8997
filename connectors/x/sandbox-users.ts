/**
 * Reads the body of a users request as strictly as X's docs allow. Where they do not say how X
 * answers (an unhashed value, a body over a limit, unknown fields), the refusal with 400
 * INVALID_PARAMETER and its shape are the emulator's choice (unconfirmed).
 */
import { z } from 'zod';
import { parseJson } from './error-body.ts';

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
    users: z.array(z.array(z.string())),
  }),
  z.object({ type: z.literal('Delete'), users: z.array(z.array(z.string())) }),
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

const digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'is not a SHA-256 digest of 64 lowercase hexadecimal digits')
  .refine((value) => value !== EMPTY_DIGEST, 'is the SHA-256 of the empty string');

const User = z
  .strictObject({
    email: z.array(digest).default([]),
    phone_number: z.array(digest).default([]),
    handle: z.array(digest).default([]),
    twitter_id: z.array(digest).default([]),
    device_id: z.array(digest).default([]),
    partner_user_id: z.array(z.string().min(1)).default([]),
  })
  .refine((user) => Object.values(user).some((keys) => keys.length > 0), 'names no identifier');

const time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'is not an ISO 8601 time in UTC to the second')
  .refine((value) => !Number.isNaN(Date.parse(value)), 'is no time');

const Operation = z.strictObject({
  operation_type: z.enum(['Update', 'Delete']),
  params: z.strictObject({
    effective_at: time.optional(),
    expires_at: time.optional(),
    users: z.array(User).min(1),
  }),
});

/** Checks a whole body at the time `now`; nothing of it is taken where one part is refused. */
export function readUsersBody(bytes: Uint8Array, now: Date): UsersBody {
  if (bytes.byteLength > MAX_BYTES) return refuse(`The body is over ${MAX_BYTES} bytes.`);
  const body = parseJson(new TextDecoder().decode(bytes));
  if (!Array.isArray(body)) return refuse('The body is not a JSON array of operations.');
  if (body.length === 0) return refuse('The body holds no operation.');
  if (body.length > MAX_OPERATIONS) return refuse(`Over ${MAX_OPERATIONS} operations.`);

  const operations: StoredOperation[] = [];
  const operationErrors = body.map((input: unknown): ApiError[] => {
    const parsed = Operation.safeParse(input);
    if (!parsed.success) return parsed.error.issues.slice(0, 1).map(asError);
    const stored = store(parsed.data, now);
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

function store(operation: z.infer<typeof Operation>, now: Date): StoredOperation | ApiError {
  const users = operation.params.users.map((user) => [
    ...user.email,
    ...user.phone_number,
    ...user.handle,
    ...user.twitter_id,
    ...user.device_id,
    ...user.partner_user_id,
  ]);
  if (operation.operation_type === 'Delete') return { type: 'Delete', users };
  const from = new Date(operation.params.effective_at ?? now);
  const last = new Date(now);
  last.setUTCMonth(last.getUTCMonth() + MAX_LIFETIME_MONTHS);
  const until = new Date(operation.params.expires_at ?? last);
  if (until <= from) return invalid('expires_at is not after effective_at', 'expires_at');
  if (until > last) return invalid('expires_at is over 13 months ahead', 'expires_at');
  return { type: 'Update', from: from.toISOString(), until: until.toISOString(), users };
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
