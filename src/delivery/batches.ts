/** The batch rows of a run: what is still to send, and what became of it. */
import { RekindleError } from '../errors.ts';
import type { Db } from '../infra/db.ts';
import { loadSql, runSql } from '../infra/sql.ts';
import { z } from 'zod';
import { Prisma } from '../../prisma/generated/client.ts';
import { ProblemSchema } from './outcome.ts';
import type { BatchOutcome, Problem } from './outcome.ts';
import { RunStopped } from './stop.ts';

const MARK_SENDING = loadSql(import.meta.url, 'mark-sending.sql');
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

const StoppedRun = z.object({ state: z.string(), stop: z.enum(['pause', 'cancel']).nullable() });

/**
 * Before the request leaves, so that a crash can only ever send again, never forget. A run that
 * another process has ended since, because this one was thought dead, sends nothing any more.
 *
 * @param stoppable false where stopping in the middle would leave a list half written
 * @throws RunStopped when a person asked the run to stop; RekindleError `lease.lost`.
 */
export async function markSending(
  db: Db,
  id: bigint,
  { at, stoppable = true }: { readonly at: Date; readonly stoppable?: boolean },
): Promise<void> {
  const { rowCount } = await runSql(db.pool, MARK_SENDING, { batch_id: id, at, stoppable });
  if (rowCount === 1) return;
  const batch = await db.prisma.batch.findUniqueOrThrow({
    where: { id },
    select: { run: { select: { state: true, stop: true } } },
  });
  const { state, stop } = StoppedRun.parse(batch.run);
  if (state === 'delivering' && stop !== null) throw new RunStopped(stop);
  throw new RekindleError(
    'lease.lost',
    'Another process has ended this run, since this one did not show that it is alive. Nothing is lost: the next run sends what is missing.',
  );
}

/** A batch whose request was refused before anything was changed is sent in another way. */
export async function planAgain(db: Db, id: bigint): Promise<void> {
  await db.prisma.batch.update({ where: { id }, data: { state: 'planned' }, select: { id: true } });
}

/** Whether the platform has anything of a run's additions. */
export async function anyTaken(db: Db, runId: bigint): Promise<boolean> {
  const taken = await db.prisma.batch.count({
    where: { runId, operation: 'add', state: { not: 'planned' } },
  });
  return taken > 0;
}

/** The problem of a run's first batch that did not land, for the run to show. */
export async function firstProblem(db: Db, runId: bigint): Promise<Problem | null> {
  const batch = await db.prisma.batch.findFirst({
    where: {
      runId,
      OR: [
        { state: { in: ['refused', 'lost'] } },
        { operation: 'remove', state: 'done', problem: { not: Prisma.DbNull } },
      ],
    },
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
  /** Whether nothing of them was taken, which is so where the request without them was. */
  readonly nothingTaken?: boolean;
}

/**
 * Writes down what became of a batch, and who was refused by name. Of a batch that another process
 * has given up since, because this one was thought dead, nothing is written: it is sent again.
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
    /** Until when an attempt without an answer may still be carried out; null for none. */
    readonly ghostUntil?: Date | null;
    readonly refused?: readonly RefusedPerson[];
  },
): Promise<void> {
  const { at, askAt, ghostUntil = null, refused = [] } = options;
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
    ghost_until: ghostUntil,
    refused_ids: refused.map(({ customerId }) => customerId),
    refused_codes: refused.map(({ code }) => code),
    nothing_taken: refused.map(({ nothingTaken = false }) => nothingTaken),
  });
}
