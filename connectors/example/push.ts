/** Sends one batch as one request. */
import type { Batch, ConnectorContext, Limits, Member, Receipt } from '../connector.ts';
import { changeMembers } from './api.ts';
import type { Person } from './api.ts';
import { unreadable } from './failures.ts';

/** From the platform's page on limits; the engine cuts batches and paces requests by them. */
export const LIMITS: Limits = {
  rows: 5000,
  // Example Ads counts keys of all kinds together.
  keysPerKind: 5,
  keysPerMember: 5,
  concurrency: 4,
  requests: 600,
  perMs: 60_000,
  minimumAudience: 100,
  memberLifetimeDays: null,
};

/**
 * Sends one batch. Adding twice and taking off who is not there are harmless on this platform; where
 * they are not, make them so here, since a batch whose answer was lost is sent again.
 *
 * @throws RangeError for a batch over the limits, before anything is sent: a fault of our own.
 * @throws ConnectorFailure for whatever else; nothing of the batch was then taken for certain.
 */
export async function push(context: ConnectorContext, batch: Batch): Promise<Receipt> {
  const { audience, operation, members } = batch;
  const rows = members.length;
  requireWithinLimits(members);
  if (rows === 0) return receipt(null, 0, 0);
  // One person a row, in the order of the batch: refused rows are named by their position.
  const people = members.map(personOf);
  const change = { listId: audience.remoteId, operation };
  const { requestId, taken } = await changeMembers(context, change, people);
  if (taken > rows) throw unreadable();
  return receipt(requestId, taken, rows);
}

/**
 * Who was not counted as taken is unknown, and never accepted by guess: the figures add up to the
 * rows sent.
 */
function receipt(requestId: string | null, accepted: number, rows: number): Receipt {
  return { state: 'final', requestId, accepted, rejected: [], unknown: rows - accepted };
}

function personOf({ email, phone }: Member): Person {
  return { emails: email, phones: phone };
}

function requireWithinLimits(members: readonly Member[]): void {
  if (members.length > LIMITS.rows) {
    throw new RangeError(`A batch for Example Ads holds at most ${LIMITS.rows} people.`);
  }
  for (const { email, phone } of members) {
    const keys = email.length + phone.length;
    if (keys < 1 || keys > LIMITS.keysPerMember) {
      throw new RangeError(`A person sent to Example Ads has 1 to ${LIMITS.keysPerMember} keys.`);
    }
  }
}
