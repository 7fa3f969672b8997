/**
 * One run of a sync: customer → segment → arm → identity → membership → delivery. The steps up to
 * the ledger are in plan.ts; match and lift follow in their own time.
 */
import {
  abandonBatches,
  deliverBatches,
  firstProblem,
  problemOf,
  readyAudience,
  readyConnector,
  settlePending,
} from '../delivery/index.ts';
import type {
  DeliveryOptions,
  DeliveryProgress,
  Problem,
  Surroundings,
} from '../delivery/index.ts';
import { ConnectorFailure } from '../../connectors/connector.ts';
import type { Db } from '../infra/db.ts';
import { exclusively } from './exclusive.ts';
import { writePlan } from './plan.ts';
import type { Plan } from './plan.ts';
import { finishRun, insertRun, readDelivery, storeFigures } from './record.ts';
import type { RunState } from './record.ts';
import type { Sync } from './sync.ts';

export interface RunOptions {
  readonly db: Db;
  readonly surroundings: Surroundings;
  readonly random: () => number;
  /** The moment that segments are taken at; the clock's now unless somebody asked for another. */
  readonly asOf: Date;
  /** IANA zone of the days that segments count in. */
  readonly timezone: string;
  readonly trigger: string;
  /** A person has seen what a guardrail held, and wants it done. */
  readonly approved: boolean;
  readonly onProgress?: (progress: DeliveryProgress) => void;
}

export interface RunEnd {
  readonly runId: bigint;
  readonly state: RunState;
}

/**
 * Runs a sync now and waits for its end. Answers that a platform owes from before are asked for
 * first, and a run that was cut off is ended as incomplete; this one sends what it did not.
 *
 * @throws RekindleError `not-found` that lists the syncs, `run.in-progress` when another process
 *   runs it, `secret.missing` when the destination's credentials are not set; the signal's reason
 *   when aborted, after which the next run sends what this one did not.
 */
export async function runSync(name: string, options: RunOptions): Promise<RunEnd> {
  return exclusively(options.db, name, async (sync) => {
    const delivery = deliveryOptions(sync, options);
    await endCutOffRuns(sync, delivery);
    await settlePending(sync.audienceId, delivery);
    const now = options.surroundings.clock.now();
    const plan = await writePlan(sync, { ...options, connector: delivery.connector, now });
    if (plan.runId === null) return recordHold(sync, plan, options);
    return deliverRun(sync, plan.runId, delivery);
  });
}

function deliveryOptions(sync: Sync, options: RunOptions): DeliveryOptions {
  const { connector, context } = readyConnector(sync.destination, options.surroundings);
  return {
    db: options.db,
    connector,
    context,
    budgets: options.surroundings.budgets,
    clock: options.surroundings.clock,
    random: options.random,
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  };
}

/**
 * Runs whose process died. Their plan is not carried out any more: whoever is still wanted is added
 * by the new plan, and whoever has said no since is not.
 */
async function endCutOffRuns(sync: Sync, { db, clock }: DeliveryOptions): Promise<void> {
  const cutOff = await db.prisma.run.findMany({
    where: { syncId: sync.id, state: 'delivering' },
    select: { id: true },
  });
  for (const { id } of cutOff) {
    await abandonBatches(db, id);
    await finishRun(db.pool, id, { state: 'incomplete', problem: CUT_OFF, now: clock.now() });
  }
}

const CUT_OFF: Problem = {
  kind: 'cut-off',
  code: 'cut-off',
  message: 'The process that ran it ended in the middle.',
  nextStep: 'Nothing: the run after it sends what is missing.',
  healsItself: true,
};

async function deliverRun(sync: Sync, runId: bigint, delivery: DeliveryOptions): Promise<RunEnd> {
  const { db, clock } = delivery;
  let problem: Problem | null;
  try {
    problem = await sendBatches(sync, runId, delivery);
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) throw error;
    problem = problemOf(error);
  }
  const figures = await readDelivery(db.pool, runId);
  const state = endState(problem, figures);
  const shown = problem ?? (state === 'succeeded' ? null : await firstProblem(db, runId));
  await finishRun(db.pool, runId, { state, problem: shown, now: clock.now() });
  return { runId, state };
}

async function sendBatches(
  sync: Sync,
  runId: bigint,
  delivery: DeliveryOptions,
): Promise<Problem | null> {
  const { openBatches } = await readDelivery(delivery.db.pool, runId);
  if (openBatches === 0) return null;
  const audience = await readyAudience(sync.audienceId, delivery);
  return deliverBatches({ id: runId, audience }, delivery);
}

function endState(
  problem: Problem | null,
  figures: { readonly lostBatches: number; readonly refusedBatches: number },
): RunState {
  if (problem !== null) return problem.healsItself ? 'incomplete' : 'failed';
  if (figures.refusedBatches > 0) return 'failed';
  return figures.lostBatches > 0 ? 'incomplete' : 'succeeded';
}

/** A held plan was rolled back; what stays is a run that says so, with the figures that tripped it. */
async function recordHold(sync: Sync, plan: Plan, options: RunOptions): Promise<RunEnd> {
  const now = options.surroundings.clock.now();
  const runId = await insertRun(options.db.pool, sync, { ...options, now });
  await storeFigures(options.db.pool, runId, 'held', plan.figures);
  await finishRun(options.db.pool, runId, { state: 'held', problem: plan.hold, now });
  return { runId, state: 'held' };
}
