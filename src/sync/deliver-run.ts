/** The delivery of a written run, to its end. */
import { ConnectorFailure } from '../../connectors/connector.ts';
import {
  deliverBatches,
  firstProblem,
  problemOf,
  readyAudience,
  reasonOf,
  replaceByParts,
  replaceBySweep,
  tellingOf,
} from '../delivery/index.ts';
import type { DeliveryOptions, Problem } from '../delivery/index.ts';
import { RekindleError } from '../errors.ts';
import { finishRun, readDelivery } from './record.ts';
import type { DeliveryFigures, RunMode, RunState } from './record.ts';
import type { Sync } from './sync.ts';

export interface RunEnd {
  readonly runId: bigint;
  readonly state: RunState;
}

/** Sends the batches of a run and writes down how it ended. */
export async function deliverRun(
  sync: Sync,
  run: { readonly id: bigint; readonly mode: RunMode },
  delivery: DeliveryOptions,
): Promise<RunEnd> {
  const told = tellingOf({ run: run.id }, delivery);
  const { db, clock } = delivery;
  const runId = run.id;
  let problem: Problem | null;
  try {
    problem = await sendBatches(sync, run, told);
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) {
      const code = error instanceof RekindleError ? error.code : 'unexpected';
      told.onEvent?.({ kind: 'run-stopped', code });
      throw error;
    }
    problem = problemOf(error);
  }
  const figures = await readDelivery(db.pool, runId);
  const { waiting } = await db.prisma.run.findUniqueOrThrow({
    where: { id: runId },
    select: { waiting: true },
  });
  const delivered = endState(problem, figures);
  const state = delivered === 'succeeded' && waiting > 0 ? 'incomplete' : delivered;
  if (state !== delivered) problem = waitingProblem(waiting);
  const shown = problem ?? (state === 'succeeded' ? null : await firstProblem(db, runId));
  await finishRun(db.pool, runId, { state, problem: shown, now: clock.now() });
  const { accepted, rejected, unknown, notSent } = figures;
  const rows = { accepted, rejected, unknown, notSent };
  told.onEvent?.({ kind: 'run-ended', state, ...rows, problem: reasonOf(shown) });
  return { runId, state };
}

async function sendBatches(
  sync: Sync,
  { id, mode }: { readonly id: bigint; readonly mode: RunMode },
  delivery: DeliveryOptions,
): Promise<Problem | null> {
  const { openBatches } = await readDelivery(delivery.db.pool, id);
  if (openBatches === 0) return null;
  const audience = await readyAudience(sync.audienceId, delivery);
  const run = { id, audienceId: sync.audienceId, audience };
  const { replace } = delivery.connector;
  const added = await delivery.db.prisma.batch.count({ where: { runId: id, operation: 'add' } });
  if (mode !== 'replace' || replace === undefined) return deliverBatches(run, delivery);
  if (replace.kind === 'sweep') return replaceBySweep(run, delivery);
  if (added > 0) return replaceByParts(run, replace, delivery);
  return (await deliverBatches(run, delivery)) ?? EMPTY;
}

/** A list that nobody is wanted on has no parts. */
const EMPTY: Problem = {
  kind: 'replace-empty',
  code: 'replace-empty',
  message:
    'The platform cannot write a list anew that nobody is to be on: strangers may still be on it.',
  nextStep: 'Delete the list on the platform, then run with --new-list.',
  healsItself: false,
};

/** The list is not the wanted set while people wait; the next run after the answer makes it so. */
function waitingProblem(people: number): Problem {
  return {
    kind: 'waiting',
    code: 'waiting',
    message: `${people} people who changed are left as they are: the platform still works on an earlier request about them.`,
    nextStep: 'Nothing: the next run after its answer sends them.',
    healsItself: true,
  };
}

/** The code of a run that a person stopped for good; delivery's own word for it. */
const CANCELLED = 'cancel';

function endState(problem: Problem | null, figures: DeliveryFigures): RunState {
  if (problem?.code === CANCELLED) return 'cancelled';
  if (problem !== null) return problem.healsItself ? 'incomplete' : 'failed';
  if (figures.refusedBatches > 0) return 'failed';
  // Whoever is not known to be off is taken off again by the next run.
  return figures.lostBatches > 0 || figures.notRemoved > 0 ? 'incomplete' : 'succeeded';
}
