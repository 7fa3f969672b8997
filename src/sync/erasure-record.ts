/** Erasures as the database holds them: requested, earned receipt by receipt, finished. */
import type { ClientBase } from 'pg';
import { z } from 'zod';
import { RekindleError } from '../errors.ts';
import type { Db } from '../infra/db.ts';
import { loadSql, runSql } from '../infra/sql.ts';
import type { Problem } from '../delivery/index.ts';

const REQUEST = loadSql(import.meta.url, 'request-erasure.sql');
const RENEW_RECEIPTS = loadSql(import.meta.url, 'renew-receipts.sql');
const CONFIRM_GONE = loadSql(import.meta.url, 'confirm-list-gone.sql');
const LEFT_SINCE = loadSql(import.meta.url, 'left-since.sql');
const RECORD_ATTEMPT = loadSql(import.meta.url, 'record-attempt.sql');

/**
 * SHA-256 of this installation's salt and a customer's id: what is kept of an erased person, so that
 * a later import does not bring them back.
 */
export async function tombstoneOf(
  client: Pick<ClientBase, 'query'>,
  customerId: string,
): Promise<Buffer> {
  const result = await client.query(
    `SELECT tombstone(value #>> '{}', $1) AS tombstone FROM setting WHERE key = 'tombstone-salt'`,
    [customerId],
  );
  return z.object({ tombstone: z.instanceof(Buffer) }).parse(result.rows[0]).tombstone;
}

/** The erasure of a customer, pending or finished; null where nobody asked for one. */
export async function erasureOf(
  client: Pick<ClientBase, 'query'>,
  customerId: string,
): Promise<{ readonly id: string; readonly finishedAt: Date | null } | null> {
  const result = await client.query<{ id: string; finishedAt: Date | null }>(
    'SELECT id, finished_at AS "finishedAt" FROM erasure WHERE tombstone = $1',
    [await tombstoneOf(client, customerId)],
  );
  return result.rows[0] ?? null;
}

export interface ErasureRequest {
  readonly id: string;
  readonly finishedAt: Date | null;
  /** False where the same request was made before. */
  readonly isNew: boolean;
  readonly tombstone: Buffer;
}

/**
 * Requests that a customer be forgotten. From the commit on nobody uploads them and no import
 * changes them. A request made before is given again, finished or not.
 *
 * @throws RekindleError `not-found` for a customer that we hold nothing of.
 */
export async function requestErasure(
  client: ClientBase,
  customerId: string,
  now: Date,
): Promise<ErasureRequest> {
  const tombstone = await tombstoneOf(client, customerId);
  // Whoever asks at the same moment waits here, and then finds the other's request.
  const customer = await client.query('SELECT 1 FROM customer WHERE customer_id = $1 FOR UPDATE', [
    customerId,
  ]);
  const known = await erasureOf(client, customerId);
  if (known !== null) return { ...known, isNew: false, tombstone };
  if (customer.rowCount === 0) {
    throw new RekindleError(
      'not-found',
      'There is no customer of that id. Ids are compared exactly; look it up in the file that was imported.',
    );
  }
  const result = await runSql(client, REQUEST, { customer_id: customerId, tombstone, now });
  const id = z.uuid().parse(result.rows[0]?.['id']);
  return { id, finishedAt: null, isNew: true, tombstone };
}

/** One audience that still has to answer for an erasure. */
export interface WaitingReceipt {
  readonly audienceId: string;
  readonly syncName: string;
}

export async function waitingReceipts(db: Db, erasureId: string): Promise<WaitingReceipt[]> {
  const rows = await db.prisma.erasureReceipt.findMany({
    where: { erasureId, state: 'waiting' },
    orderBy: { audience: { sync: { name: 'asc' } } },
    select: { audienceId: true, audience: { select: { sync: { select: { name: true } } } } },
  });
  return rows.map(({ audienceId, audience }) => ({ audienceId, syncName: audience.sync.name }));
}

/** What an attempt on one audience came to. */
export interface Attempt {
  /** `absent`: nothing of the person is there, be it any more or at all. */
  readonly state: 'waiting' | 'absent';
  readonly requestIds: readonly string[];
  readonly problem: Problem | null;
}

/** Writes down an attempt. What is answered for stays so, whatever another process met beside it. */
export async function recordAttempt(
  db: Db,
  receipt: { readonly erasureId: string; readonly audienceId: string },
  { state, requestIds, problem }: Attempt,
  now: Date,
): Promise<void> {
  const where = { erasure_id: receipt.erasureId, audience_id: receipt.audienceId };
  const past = await runSql(db.pool, LEFT_SINCE, where);
  const { left_since } = z.object({ left_since: z.boolean() }).parse(past.rows[0]);
  await runSql(db.pool, RECORD_ATTEMPT, {
    ...where,
    left_since,
    absent: state === 'absent',
    request_ids: requestIds,
    problem: problem === null ? null : JSON.stringify(problem),
    now,
  });
}

/**
 * Whether every audience has answered, those included that came since the request. Nobody else ends
 * the erasure while the transaction lasts, and one that is ended is not answered for again.
 */
export async function isAnsweredFor(
  client: ClientBase,
  erasureId: string,
  now: Date,
): Promise<boolean> {
  const open = await client.query(
    'SELECT 1 FROM erasure WHERE id = $1 AND finished_at IS NULL FOR UPDATE',
    [erasureId],
  );
  if (open.rowCount === 0) return false;
  await runSql(client, RENEW_RECEIPTS, { erasure_id: erasureId, now });
  const waiting = await client.query(
    `SELECT 1 FROM erasure_receipt WHERE erasure_id = $1 AND state = 'waiting' LIMIT 1`,
    [erasureId],
  );
  return waiting.rowCount === 0;
}

/**
 * A person has seen that the audience of a sync is no more: nothing of whoever is being erased can be
 * on it. Gives false where nothing is waited for there.
 */
export async function confirmListGone(
  client: ClientBase,
  confirmed: { readonly customerId: string; readonly sync: string },
  now: Date,
): Promise<boolean> {
  const result = await runSql(client, CONFIRM_GONE, {
    customer_id: confirmed.customerId,
    sync: confirmed.sync,
    now,
  });
  return result.rowCount !== 0;
}

/** How many keys an attempt takes off, and how many stay for others. */
export async function recordKeys(
  client: Pick<ClientBase, 'query'>,
  receipt: { readonly erasureId: string; readonly audienceId: string },
  keys: { readonly removed: number; readonly shared: number },
): Promise<void> {
  // A second attempt sees only what the first left: the shared keys are no longer among it.
  await client.query(
    `UPDATE erasure_receipt
     SET keys_removed = greatest(keys_removed, $3), keys_shared = keys_shared + $4, was_there = true
     WHERE erasure_id = $1 AND audience_id = $2`,
    [receipt.erasureId, receipt.audienceId, keys.removed, keys.shared],
  );
}
