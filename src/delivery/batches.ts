/** The batch rows of a run: what is still to send, and what became of it. */
import type { Db } from '../infra/db.ts';
import { loadSql, runSql } from '../infra/sql.ts';
import { ProblemSchema } from './outcome.ts';
import type { BatchOutcome, Problem } from './outcome.ts';

const RECORD_OUTCOME = loadSql(import.meta.url, 'record-outcome.sql');

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

/** The removals of a run whose list was rewritten without those people. */
export async function answerRemovals(db: Db, runId: bigint, at: Date): Promise<void> {
  await db.pool.query(
    `UPDATE batch SET state = 'done', accepted = rows, sent_at = $2, answered_at = $2
     WHERE run_id = $1 AND operation = 'remove' AND state = 'planned'`,
    [runId, at],
  );
}

/** Somebody whom the platform refused by name. */
export interface RefusedPerson {
  readonly customerId: string;
  readonly code: string;
}

/**
 * Writes down what became of a batch, and who was refused by name.
 *
 * @param askAt when a pending batch is to be asked about; null for one that is answered
 */
export async function recordOutcome(
  db: Db,
  id: bigint,
  outcome: BatchOutcome,
  options: {
    readonly at: Date;
    readonly askAt: Date | null;
    readonly refused?: readonly RefusedPerson[];
  },
): Promise<void> {
  const { at, askAt, refused = [] } = options;
  await runSql(db.pool, RECORD_OUTCOME, {
    batch_id: id,
    state: outcome.state,
    request_id: outcome.requestId,
    accepted: outcome.accepted,
    rejected: outcome.rejected,
    unknown: outcome.unknown,
    reasons: JSON.stringify(outcome.reasons),
    problem: outcome.problem === null ? null : JSON.stringify(outcome.problem),
    at,
    ask_at: askAt,
    refused_ids: refused.map(({ customerId }) => customerId),
    refused_codes: refused.map(({ code }) => code),
  });
}
