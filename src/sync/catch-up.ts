/** What comes before anything new is planned for an audience: the ends of what was begun. */
import {
  RunStopped,
  abandonBatches,
  continueSweep,
  isAccountBusy,
  openReplacement,
  problemOf,
  readyConnector,
  reasonOf,
  settlePending,
  tellingOf,
} from '../delivery/index.ts';
import type {
  DeliveryOptions,
  DeliveryProgress,
  Problem,
  Settled,
  Surroundings,
  Wait,
} from '../delivery/index.ts';
import type { Db } from '../infra/db.ts';
import { exclusively } from './exclusive.ts';
import { finishRun, readDelivery } from './record.ts';
import type { Sync } from './sync.ts';

/** What is needed to talk to the platform of a sync. */
export interface DeliverySurroundings {
  readonly db: Db;
  readonly surroundings: Surroundings;
  readonly random: () => number;
  readonly onProgress?: (progress: DeliveryProgress) => void;
  readonly onWait?: (wait: Wait) => void;
  readonly onBusy?: () => void;
}

/** @throws RekindleError `secret.missing` when the destination's credentials are not set. */
export function deliveryOptions(sync: Sync, options: DeliverySurroundings): DeliveryOptions {
  const { connector, context } = readyConnector(sync.destination, options.surroundings);
  const { onEvent, stopping } = options.surroundings;
  return tellingOf(
    { sync: sync.name, platform: connector.id },
    {
      db: options.db,
      connector,
      context,
      budgets: options.surroundings.budgets,
      clock: options.surroundings.clock,
      random: options.random,
      onEvent,
      stopping,
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
      ...(options.onWait === undefined ? {} : { onWait: options.onWait }),
      ...(options.onBusy === undefined ? {} : { onBusy: options.onBusy }),
    },
  );
}

/**
 * Ends runs whose process died, and asks for the answers that a platform owes from before. The
 * caller holds the sync.
 */
export async function catchUp(
  sync: Sync,
  delivery: DeliveryOptions,
  when: 'due' | 'now' = 'due',
): Promise<Settled> {
  await endCutOffRuns(sync, delivery);
  const settled = await settlePending(sync.audienceId, delivery, when);
  await continueRewriting(sync, delivery);
  return settled;
}

/**
 * Does what comes before a run and no more: asks the platform for the answers that are due, or for
 * all that it owes.
 *
 * @returns null where another process speaks to the account, and is not to be waited for
 * @throws RekindleError `not-found`, `run.in-progress`, `secret.missing`.
 */
export async function settleSync(
  name: string,
  when: 'due' | 'now',
  options: DeliverySurroundings & { readonly leavesBusy: boolean },
): Promise<Settled | null> {
  return exclusively(options, name, async (sync, held) => {
    const delivery = deliveryOptions(sync, held);
    if (options.leavesBusy && (await isAccountBusy(delivery))) return null;
    return catchUp(sync, delivery, when);
  });
}

/** A list that a platform writes anew by and by, and what came of it, for the run that began it. */
async function continueRewriting(sync: Sync, delivery: DeliveryOptions): Promise<void> {
  const { db, connector } = delivery;
  if (connector.replace?.kind !== 'sweep') return;
  const open = await openReplacement(db, sync.audienceId);
  const { name, remoteId } = await db.prisma.audience.findUniqueOrThrow({
    where: { id: sync.audienceId },
    select: { name: true, remoteId: true },
  });
  if (open === null || remoteId === null) return;
  const audience = { id: sync.audienceId, name, remoteId };
  const problem = await continueSweep(audience, connector.replace, delivery);
  if (problem === null) return;
  await db.prisma.run.update({
    where: { id: open.runId },
    data: { problem: { ...problem }, ...(problem.healsItself ? {} : { state: 'failed' }) },
    select: { id: true },
  });
}

/**
 * Runs whose process died. Their plan is not carried out any more: whoever is still wanted is added
 * by the new plan, and whoever has said no since is not.
 */
async function endCutOffRuns(sync: Sync, delivery: DeliveryOptions): Promise<void> {
  const { db, clock } = delivery;
  const cutOff = await db.prisma.run.findMany({
    where: { syncId: sync.id, state: 'delivering' },
    select: { id: true, stop: true },
  });
  for (const { id, stop } of cutOff) {
    const told = tellingOf({ run: id }, delivery);
    await abandonBatches({ id, audienceId: sync.audienceId }, told);
    const end =
      stop === 'cancel'
        ? ({ state: 'cancelled', problem: problemOf(new RunStopped('cancel')) } as const)
        : ({ state: 'incomplete', problem: CUT_OFF } as const);
    await finishRun(db.pool, id, { ...end, now: clock.now() });
    const { accepted, rejected, unknown, notSent } = await readDelivery(db.pool, id);
    const rows = { accepted, rejected, unknown, notSent };
    told.onEvent?.({
      kind: 'run-ended',
      state: end.state,
      ...rows,
      problem: reasonOf(end.problem),
    });
  }
}

const CUT_OFF: Problem = {
  kind: 'cut-off',
  code: 'cut-off',
  message: 'The process that ran it ended in the middle.',
  nextStep: 'Nothing: the run after it sends what is missing.',
  healsItself: true,
};
