/** A batch as the body of `POST …/custom_audiences/:id/users`, never over X's byte limit. */
import type { Batch, Member } from '../connector.ts';

/** Most bytes that X takes in one body (X docs, audiences reference, custom audiences users). */
export const MAX_BODY_BYTES = 5_000_000;

/**
 * Most keys of one kind, and of all kinds together, that we add for one person. A removal names
 * whatever keys the ledger holds, so that they count only together.
 */
export const KEYS_PER_KIND = 3;
export const KEYS_PER_MEMBER = 6;

/**
 * Most bytes of one of the advertiser's own ids as it stands in the body, quotes and escapes
 * included. X names no limit of its own; room for 128 letters keeps batches above 6,000 people.
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

/** Most people in one body when each has the most keys, of the kind that takes the most bytes. */
export const ROWS_PER_REQUEST = Math.floor((MAX_BODY_BYTES - envelopeBytes()) / largestUserBytes());

/**
 * The body for a batch: one operation that holds all its people. X makes a member effective at
 * once where `effective_at` is left out; `expires_at` is `now` + `MEMBER_LIFETIME_DAYS`.
 *
 * @throws RangeError when the batch is over the connector's limits or holds a person without a
 * key or with one that X does not take: a fault of the caller, found before anything is sent.
 */
export function packUsers(batch: Pick<Batch, 'members' | 'operation'>, now: Date): Buffer {
  if (batch.members.length > ROWS_PER_REQUEST) {
    throw new RangeError(
      `A batch for X holds ${batch.members.length} people; at most ${ROWS_PER_REQUEST} fit.`,
    );
  }
  const perKind = batch.operation === 'add' ? KEYS_PER_KIND : KEYS_PER_MEMBER;
  const users = batch.members.map((member) => userOf(member, perKind));
  return Buffer.from(JSON.stringify([operationOf(batch.operation, users, now)]));
}

function userOf(member: Member, perKind: number): User {
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
  if ((member.address ?? []).length > 0) throw new RangeError('X takes no address keys.');
  return user;
}

function requireFitting(name: keyof typeof KINDS, keys: readonly string[]): void {
  const { bytes } = KINDS[name];
  if (keys.some((key) => key === '' || jsonBytes(key) > bytes)) {
    throw new RangeError(`A person in a batch for X has a ${name} of no or over ${bytes} bytes.`);
  }
}

function operationOf(operation: Batch['operation'], users: readonly User[], now: Date) {
  if (operation === 'remove') return { operation_type: 'Delete', params: { users } };
  const expires = new Date(now.getTime() + MEMBER_LIFETIME_DAYS * DAY_MS);
  return { operation_type: 'Update', params: { expires_at: isoSeconds(expires), users } };
}

/** ISO 8601 in UTC to the second, as X's examples write it. */
function isoSeconds(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

function envelopeBytes(): number {
  return jsonBytes([operationOf('add', [], new Date(0))]);
}

/**
 * The most that one person can take, with the comma behind: a removal of keys of one kind. Other
 * kinds bring their names along, but those are shorter than what the longest key has before them.
 */
function largestUserBytes(): number {
  return Math.max(
    ...NAMES.map((name) => {
      const keys = KEYS_PER_MEMBER * (KINDS[name].bytes + ','.length);
      return keys - ','.length + `{"${name}":[]},`.length;
    }),
  );
}
