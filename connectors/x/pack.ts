/** People as the body of a users request: one operation a person, never over X's limits. */
import type { Batch, Member } from '../connector.ts';
import type { Operations } from './api.ts';

/** Most bytes that X takes in one body (X docs, audiences reference, custom audiences users). */
export const MAX_BODY_BYTES = 5_000_000;

/** Most operations that X takes in one body (same page). */
export const MAX_OPERATIONS = 2500;

/**
 * Most keys of one kind, and of all kinds together, that we add for one person. A removal names
 * whatever keys the ledger holds, so that they count only together.
 */
export const KEYS_PER_KIND = 3;
export const KEYS_PER_MEMBER = 6;

/**
 * Most bytes of one of the advertiser's own ids as it stands in the body, quotes and escapes
 * included. X names no limit of its own; this one is ours: room for 128 letters.
 */
export const PARTNER_ID_BYTES = 130;

/**
 * Days after which X forgets a member that was not sent again. X's own default is 13 months, which
 * is never under 393 days; ours is set in each request: 12 months and two weeks.
 */
export const MEMBER_LIFETIME_DAYS = 380;

const DAY_MS = 24 * 60 * 60 * 1000;
const DIGEST_BYTES = 66;

/** X's name of each kind and the most bytes of one key of it, in the order of a body. */
const KINDS = {
  email: { member: 'email', bytes: DIGEST_BYTES },
  phone_number: { member: 'phone', bytes: DIGEST_BYTES },
  handle: { member: 'xHandle', bytes: DIGEST_BYTES },
  twitter_id: { member: 'xId', bytes: DIGEST_BYTES },
  device_id: { member: 'mobileId', bytes: DIGEST_BYTES },
  partner_user_id: { member: 'externalId', bytes: PARTNER_ID_BYTES },
} as const satisfies Record<string, { member: keyof Member; bytes: number }>;
const NAMES = Object.keys(KINDS) as (keyof typeof KINDS)[];

type User = Partial<Record<keyof typeof KINDS, readonly string[]>>;

/** Most people in one body: X's operations, or fewer if so many of the largest were over its bytes. */
export const ROWS_PER_REQUEST = Math.min(
  MAX_OPERATIONS,
  Math.floor((MAX_BODY_BYTES - '[]'.length) / largestOperationBytes()),
);

/**
 * The body for a batch: its people in their order, each an operation of their own, so that the
 * index of an error is the person's position. X makes a member effective at once where
 * `effective_at` is left out; `expires_at` is `now` + `MEMBER_LIFETIME_DAYS`.
 *
 * @throws RangeError when the batch is over the connector's limits or holds a person without a
 * key or with one that X does not take: a fault of the caller, found before anything is sent.
 */
export function packUsers(batch: Pick<Batch, 'members' | 'operation'>, now: Date): Operations {
  const perKind = batch.operation === 'add' ? KEYS_PER_KIND : KEYS_PER_MEMBER;
  return pack(
    batch.operation,
    batch.members.map((member) => {
      if ((member.address ?? []).length > 0) throw new RangeError('X takes no address keys.');
      return userOf(member, perKind);
    }),
    now,
  );
}

/**
 * The body for people of the do-not-reach list, in the same form: the list takes e-mails and phones,
 * no `effective_at`, and an `expires_at` of less than 13 months ahead.
 *
 * @throws RangeError as `packUsers` does.
 */
export function packDoNotReach(
  operation: Batch['operation'],
  members: readonly Pick<Member, 'email' | 'phone'>[],
  now: Date,
): Operations {
  const users = members.map(({ email, phone }) => userOf({ email, phone }, KEYS_PER_MEMBER));
  return pack(operation, users, now);
}

function pack(operation: Batch['operation'], users: readonly User[], now: Date): Operations {
  if (users.length > ROWS_PER_REQUEST) {
    throw new RangeError(
      `A batch for X holds ${users.length} people; at most ${ROWS_PER_REQUEST} fit.`,
    );
  }
  const operations = users.map((user) => operationOf(operation, user, now));
  return { json: Buffer.from(JSON.stringify(operations)), count: operations.length };
}

type Keys = Partial<Pick<Member, (typeof KINDS)[keyof typeof KINDS]['member']>>;

function userOf(member: Keys, perKind: number): User {
  const user: User = {};
  let all = 0;
  for (const name of NAMES) {
    const keys = member[KINDS[name].member] ?? [];
    if (keys.length === 0) continue;
    if (keys.length > perKind) {
      throw new RangeError(
        `A person in a batch for X has ${keys.length} keys of one kind; at most ${perKind} are sent.`,
      );
    }
    requireFitting(name, keys);
    user[name] = keys;
    all += keys.length;
  }
  if (all === 0) throw new RangeError('A person in a batch for X has no key to send.');
  if (all > KEYS_PER_MEMBER) {
    throw new RangeError(
      `A person in a batch for X has ${all} keys; at most ${KEYS_PER_MEMBER} are sent.`,
    );
  }
  return user;
}

function requireFitting(name: keyof typeof KINDS, keys: readonly string[]): void {
  const { bytes } = KINDS[name];
  if (keys.some((key) => key === '' || jsonBytes(key) > bytes)) {
    throw new RangeError(`A person in a batch for X has a ${name} of no or over ${bytes} bytes.`);
  }
}

function operationOf(operation: Batch['operation'], user: User, now: Date) {
  if (operation === 'remove') return { operation_type: 'Delete', params: { users: [user] } };
  const expires = new Date(now.getTime() + MEMBER_LIFETIME_DAYS * DAY_MS);
  return {
    operation_type: 'Update',
    params: { expires_at: isoSeconds(expires), users: [user] },
  };
}

/** ISO 8601 in UTC to the second, as X's examples write it. */
function isoSeconds(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/**
 * The most that one operation can take, with the comma behind: the larger operation around keys of
 * one kind. Further kinds bring their names along, but those are shorter than the longest key is
 * longer than theirs.
 */
function largestOperationBytes(): number {
  const around = jsonBytes(operationOf('add', {}, new Date(0))) + ','.length;
  return Math.max(
    ...NAMES.map((name) => {
      const keys = KEYS_PER_MEMBER * (KINDS[name].bytes + ','.length);
      return around + keys - ','.length + `"${name}":[]`.length;
    }),
  );
}
