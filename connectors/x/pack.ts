/** A batch as the body of `POST …/custom_audiences/:id/users`, never over X's byte limit. */
import type { Digest } from '../../src/identity/types.ts';
import type { Batch, Member } from '../connector.ts';

/** Most bytes that X takes in one body (X docs, audiences reference, custom audiences users). */
export const MAX_BODY_BYTES = 5_000_000;

/** Most digests of one kind that we send for one person. */
export const KEYS_PER_KIND = 3;

/**
 * Days after which X forgets a member that was not sent again. X's own default is 13 months, which
 * is never under 393 days; ours is set in each request: 12 months and two weeks.
 */
export const MEMBER_LIFETIME_DAYS = 380;

const DAY_MS = 24 * 60 * 60 * 1000;

interface User {
  email?: readonly string[];
  phone_number?: readonly string[];
}

/** Most people in one body when each has `KEYS_PER_KIND` digests of both kinds. */
export const ROWS_PER_REQUEST = Math.floor((MAX_BODY_BYTES - envelopeBytes()) / largestUserBytes());

/**
 * The body for a batch: one operation that holds all its people. X makes a member effective at
 * once where `effective_at` is left out; `expires_at` is `now` + `MEMBER_LIFETIME_DAYS`.
 *
 * @throws RangeError when the batch is over the connector's limits or holds a person without a
 * digest: a fault of the caller, found before anything is sent.
 */
export function packUsers(batch: Pick<Batch, 'members' | 'operation'>, now: Date): Buffer {
  if (batch.members.length > ROWS_PER_REQUEST) {
    throw new RangeError(
      `A batch for X holds ${batch.members.length} people; at most ${ROWS_PER_REQUEST} fit.`,
    );
  }
  const users = batch.members.map(userOf);
  return Buffer.from(JSON.stringify([operationOf(batch.operation, users, now)]));
}

function userOf(member: Member): User {
  const { email, phone } = member;
  if (email.length === 0 && phone.length === 0) {
    throw new RangeError('A person in a batch for X has no digest to send.');
  }
  return {
    ...(email.length > 0 && { email: withinLimit(email) }),
    ...(phone.length > 0 && { phone_number: withinLimit(phone) }),
  };
}

function withinLimit(digests: readonly Digest[]): readonly Digest[] {
  if (digests.length > KEYS_PER_KIND) {
    throw new RangeError(
      `A person in a batch for X has ${digests.length} digests of one kind; at most ${KEYS_PER_KIND} are sent.`,
    );
  }
  return digests;
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

function envelopeBytes(): number {
  return Buffer.byteLength(JSON.stringify([operationOf('add', [], new Date(0))]));
}

function largestUserBytes(): number {
  const digests = Array.from({ length: KEYS_PER_KIND }, () => '0'.repeat(64));
  const user: User = { email: digests, phone_number: digests };
  return Buffer.byteLength(`${JSON.stringify(user)},`);
}
