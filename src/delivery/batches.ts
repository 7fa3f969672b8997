/** The batch rows of a run: what is still to send, and what became of it. */
import type { Db } from '../infra/db.ts';
import { Prisma } from '../../prisma/generated/client.ts';
import { ProblemSchema } from './outcome.ts';
import type { BatchOutcome, Problem } from './outcome.ts';

export interface OpenBatch {
  readonly id: bigint;
  readonly operation: 'add' | 'remove';
  readonly rows: number;
}

/** The batches of a run that were never sent, in order. */
export async function openBatches(db: Db, runId: bigint): Promise<OpenBatch[]> {
  const rows = await db.prisma.batch.findMany({
    where: { runId, state: 'planned' },
    orderBy: { seq: 'asc' },
    select: { id: true, operation: true, rows: true },
  });
  return rows.map(({ operation, ...row }) => ({
    ...row,
    operation: operation === 'remove' ? 'remove' : 'add',
  }));
}

/**
 * Gives up the batches of a run whose process died: what was under way may have arrived, the rest
 * never left. The next plan decides anew who is to be sent, since people may have said no since.
 */
export async function abandonBatches(db: Db, runId: bigint): Promise<void> {
  await db.pool.query(
    `UPDATE batch SET state = 'lost', unknown = rows WHERE run_id = $1 AND state = 'sending'`,
    [runId],
  );
}

/** Before the request leaves, so that a crash can only ever send again, never forget. */
export async function markSending(db: Db, id: bigint, at: Date): Promise<void> {
  await db.prisma.batch.update({
    where: { id },
    data: { state: 'sending', attempts: { increment: 1 }, sentAt: at },
    select: { id: true },
  });
}

/** The problem of a run's first batch that did not land, for the run to show. */
export async function firstProblem(db: Db, runId: bigint): Promise<Problem | null> {
  const batch = await db.prisma.batch.findFirst({
    where: { runId, state: { in: ['refused', 'lost'] } },
    orderBy: { seq: 'asc' },
    select: { problem: true },
  });
  return batch === null ? null : ProblemSchema.parse(batch.problem);
}

export async function recordOutcome(
  db: Db,
  id: bigint,
  outcome: BatchOutcome,
  at: Date,
): Promise<void> {
  await db.prisma.batch.update({
    where: { id },
    data: {
      state: outcome.state,
      requestId: outcome.requestId,
      accepted: outcome.accepted,
      rejected: outcome.rejected,
      unknown: outcome.unknown,
      problem: outcome.problem === null ? Prisma.DbNull : { ...outcome.problem },
      answeredAt: at,
    },
    select: { id: true },
  });
}
