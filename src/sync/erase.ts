/**
 * One erasure: the person's keys leave every audience, each platform answers for it, and only then
 * is everything that we hold of them deleted. Killed anywhere, the next call carries on.
 */
import type { PoolClient } from 'pg';
import { ConnectorFailure } from '../../connectors/connector.ts';
import { forgetCustomer } from '../customer/index.ts';
import { ProblemSchema, isAccountBusy, problemOf } from '../delivery/index.ts';
import type { DeliveryOptions, Problem } from '../delivery/index.ts';
import { RekindleError } from '../errors.ts';
import { forgetIdentity } from '../identity/index.ts';
import { inTransaction } from '../infra/db.ts';
import { lockCustomers } from '../infra/locks.ts';
import { forgetTraces, planErasure, writeRemovals } from '../membership/index.ts';
import type { Presence } from '../membership/index.ts';
import { catchUp, deliveryOptions } from './catch-up.ts';
import type { DeliverySurroundings } from './catch-up.ts';
import { deliverRun } from './deliver-run.ts';
import { isAnsweredFor, recordAttempt, recordKeys, waitingReceipts } from './erasure-record.ts';
import type { Attempt, WaitingReceipt } from './erasure-record.ts';
import { exclusively } from './exclusive.ts';
import type { Fenced } from './exclusive.ts';
import { ERASURE_TRIGGER, beginSideRun } from './side-runs.ts';
import type { Sync } from './sync.ts';

export interface PendingErasure {
  readonly id: string;
  readonly customerId: string;
}

export interface EraseOptions extends DeliverySurroundings {
  /** What else has to go in the transaction that deletes the person. */
  readonly alsoForget: (client: PoolClient, erasure: PendingErasure) => Promise<void>;
  /**
   * Looks at the audience of this sync alone and sends nothing: for a run of the sync, which has
   * taken the person off itself. Absent: all audiences are tried.
   */
  readonly afterRunOf?: string;
  /** Leaves accounts that another process speaks to for the next call, rather than wait for them. */
  readonly leavesBusy?: boolean;
}

/**
 * Tries the audiences that have not answered yet; deletes the person when all have. Gives whether
 * they are gone. What stands in the way is written on the receipt of its audience.
 *
 * @throws what is nobody's answer but a bug, after every other audience was tried; the signal's
 *   reason when aborted, after which the next call carries on.
 */
export async function carryOutErasure(
  erasure: PendingErasure,
  options: EraseOptions,
): Promise<boolean> {
  const { db, surroundings, afterRunOf } = options;
  const tried = new Set<string>();
  const bugs: unknown[] = [];
  for (;;) {
    const receipts = (await waitingReceipts(db, erasure.id)).filter(
      ({ audienceId, syncName }) =>
        !tried.has(audienceId) && (afterRunOf === undefined || afterRunOf === syncName),
    );
    for (const receipt of receipts) {
      tried.add(receipt.audienceId);
      const attempt = await tryAudience(erasure, receipt, options, bugs);
      const where = { erasureId: erasure.id, audienceId: receipt.audienceId };
      await recordAttempt(db, where, attempt, surroundings.clock.now());
    }
    if (await forget(erasure, options)) return true;
    // Audiences that came while we were at it have to answer too.
    if (receipts.length > 0) continue;
    if (bugs.length > 0) throw bugs[0];
    return false;
  }
}

/** An attempt on one audience. A platform that is down, or a sync that is running, is waited for. */
async function tryAudience(
  erasure: PendingErasure,
  receipt: WaitingReceipt,
  options: EraseOptions,
  bugs: unknown[],
): Promise<Attempt> {
  options.surroundings.signal.throwIfAborted();
  try {
    // Whoever holds the sync now planned before or after the request. Holding it ourselves says
    // that nobody who planned before is still sending.
    return await exclusively(options, receipt.syncName, (sync, held) =>
      eraseFromAudience(erasure, sync, held, held.fence),
    );
  } catch (error) {
    options.surroundings.signal.throwIfAborted();
    const problem = obstacleOf(error);
    if (problem === BUG) bugs.push(error);
    return { state: 'waiting', requestIds: [], problem };
  }
}

const ABSENT: Attempt = { state: 'absent', requestIds: [], problem: null };

async function eraseFromAudience(
  erasure: PendingErasure,
  sync: Sync,
  options: EraseOptions,
  fence: Fenced['fence'],
): Promise<Attempt> {
  const { db } = options;
  const person = { audienceId: sync.audienceId, customerId: erasure.customerId };
  const row = await db.prisma.membership.findUnique({
    where: { audienceId_customerId: person },
    select: { audienceId: true },
  });
  if (row === null) return ABSENT;

  const delivery = deliveryOptions(sync, options);
  if (options.leavesBusy === true && (await isAccountBusy(delivery))) return waiting(BUSY);
  await catchUp(sync, delivery);
  const planned =
    options.afterRunOf === undefined
      ? await planRemoval(erasure, sync, delivery, fence)
      : await inTransaction(db, (client) => planErasure(client, person), absent);
  if (planned.state === 'absent') return ABSENT;
  if (planned.state !== 'sending') return waiting(UNANSWERED);

  await deliverRun(sync, { id: planned.runId, mode: 'changes' }, delivery);
  const { problem, batches } = await db.prisma.run.findUniqueOrThrow({
    where: { id: planned.runId },
    select: { problem: true, batches: { select: { requestId: true } } },
  });
  const requestIds = batches.flatMap(({ requestId }) => requestId ?? []);
  const { state } = await inTransaction(db, (client) => planErasure(client, person), absent);
  if (state === 'absent') return { ...ABSENT, requestIds };
  const obstacle = problem === null ? NOT_CERTAIN : ProblemSchema.parse(problem);
  return waiting(state === 'unanswered' ? UNANSWERED : obstacle, requestIds);
}

/** Writes a run that takes the person off, unless there is nothing (more) to take off. */
async function planRemoval(
  erasure: PendingErasure,
  sync: Sync,
  { db, clock, connector }: DeliveryOptions,
  fence: Fenced['fence'],
): Promise<Presence | { readonly state: 'sending'; readonly runId: bigint }> {
  const { audienceId } = sync;
  return inTransaction(db, async (client) => {
    const presence = await planErasure(client, { audienceId, customerId: erasure.customerId });
    if (presence.state === 'unanswered') return presence;
    const removed = presence.state === 'leaving' ? presence.keys : 0;
    if (removed > 0 || presence.shared > 0) {
      const receipt = { erasureId: erasure.id, audienceId };
      await recordKeys(client, receipt, { removed, shared: presence.shared });
    }
    if (presence.state === 'absent') return presence;
    const now = clock.now();
    const runId = await beginSideRun(client, sync, { trigger: ERASURE_TRIGGER, removed: 1, now });
    const { rows: batchRows, keysPerMember } = connector.limits;
    await writeRemovals(client, { runId, audienceId, batchRows, keysPerMember, added: 0 });
    await fence(client);
    return { state: 'sending', runId };
  });
}

function waiting(problem: Problem, requestIds: readonly string[] = []): Attempt {
  return { state: 'waiting', requestIds, problem };
}

/**
 * The last step, in one transaction, once every audience has answered: from here on only the
 * tombstone says that there was somebody. Gives whether it was done.
 */
async function forget(erasure: PendingErasure, options: EraseOptions): Promise<boolean> {
  const now = options.surroundings.clock.now();
  return inTransaction(options.db, async (client) => {
    await lockCustomers(client);
    if (!(await isAnsweredFor(client, erasure.id, now))) return false;
    await forgetTraces(client, erasure.customerId);
    await forgetIdentity(client, erasure.customerId);
    await forgetCustomer(client, erasure.customerId);
    await options.alsoForget(client, erasure);
    await client.query('UPDATE erasure SET customer_id = NULL, finished_at = $2 WHERE id = $1', [
      erasure.id,
      now,
    ]);
    return true;
  });
}

const absent = ({ state }: { readonly state: string }): boolean => state === 'absent';

const UNANSWERED: Problem = {
  kind: 'unanswered',
  code: 'unanswered',
  message: 'The platform has taken a request about this person and answers later.',
  nextStep: 'Nothing: the erasure goes on when it has answered. Ask again with erase --pending.',
  healsItself: true,
};

const BUSY: Problem = {
  kind: 'busy',
  code: 'busy',
  message: 'Another process speaks to this account.',
  nextStep: 'Nothing: the erasure goes on behind it.',
  healsItself: true,
};

const NOT_CERTAIN: Problem = {
  kind: 'not-certain',
  code: 'not-certain',
  message: 'The platform did not say for every key of this person that it was taken off.',
  nextStep: 'Run erase --pending, which sends the removal again.',
  healsItself: true,
};

const BUG: Problem = {
  kind: 'bug',
  code: 'bug',
  message: 'Rekindle itself failed here.',
  nextStep: 'Look at the log of this run; erase --pending tries again once it is mended.',
  healsItself: false,
};

/** What stands in the way, for the receipt. */
function obstacleOf(error: unknown): Problem {
  if (error instanceof ConnectorFailure) return problemOf(error);
  if (!(error instanceof RekindleError)) return BUG;
  const heals = error.code === 'run.in-progress';
  return {
    kind: error.code,
    code: error.code,
    message: error.message,
    nextStep: heals
      ? 'Nothing: the erasure goes on after it.'
      : 'Mend it, then run erase --pending.',
    healsItself: heals,
  };
}
