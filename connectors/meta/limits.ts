/** What one request to Meta may hold, and the check that a batch keeps to it. */
import type { Batch, Limits, Member } from '../connector.ts';
import { KEY_COLUMNS, keysOf } from './rows.ts';

/** Most rows that Meta takes in one request. Source: Custom Audiences guide. */
const MOST_ROWS = 10_000;
const KEYS_PER_MEMBER = 4;

/**
 * A batch is one request. A removal names one key a row, so a person is at most 4 rows, and 2,500
 * people at most the 10,000 rows that Meta takes; adding takes fewer. Meta's budget counts calls:
 * 5,000 an hour in its lowest access tier, of which 80 a minute stays short.
 */
export const LIMITS: Limits = {
  rows: Math.floor(MOST_ROWS / KEYS_PER_MEMBER),
  keysPerKind: 2,
  keysPerMember: KEYS_PER_MEMBER,
  concurrency: 2,
  requests: 80,
  perMs: 60_000,
  // Meta documents 100 people for lookalikes; for serving, only others name the same number.
  minimumAudience: 100,
  memberLifetimeDays: null,
  // After 90 days Meta no longer knows whom an EXTERN_ID meant, and a removal by it takes nobody off.
  keyLifetimeDays: { external_id: 90 },
};

/**
 * @throws RangeError for a batch with more people or keys than the limits, or with keys that Meta
 *   does not take: a fault of the caller, found before anything is sent.
 */
export function requireWithinLimits({
  members,
  operation,
}: Pick<Batch, 'members' | 'operation'>): void {
  if (members.length > LIMITS.rows) {
    throw new RangeError(`A batch for Meta holds at most ${LIMITS.rows} people.`);
  }
  // A removal names whatever keys the ledger holds, so that they count only together.
  const perKind = operation === 'add' ? LIMITS.keysPerKind : LIMITS.keysPerMember;
  for (const member of members) requireTakeable(member, perKind);
}

function requireTakeable(member: Member, perKind: number): void {
  let all = 0;
  for (const column of KEY_COLUMNS) {
    const values = keysOf(member, column);
    all += values.length;
    if (values.length > perKind) {
      throw new RangeError(`A person sent to Meta has at most ${perKind} keys of a kind.`);
    }
    // A blank cell says that a value is not known, and would be counted as sent.
    if (values.includes('')) throw new RangeError('A person sent to Meta has a blank key.');
  }
  if (all > LIMITS.keysPerMember) {
    throw new RangeError(`A person sent to Meta has at most ${LIMITS.keysPerMember} keys.`);
  }
  const { address = NONE, xHandle = NONE, xId = NONE } = member;
  if (address.length + xHandle.length + xId.length > 0) {
    throw new RangeError('Meta takes no address keys and no ids of X.');
  }
}

const NONE: readonly never[] = [];
