/** What comes before anything new is planned for an audience: the ends of what was begun. */
import { abandonBatches, readyConnector, settlePending } from '../delivery/index.ts';
import type {
  DeliveryOptions,
  DeliveryProgress,
  Problem,
  Surroundings,
} from '../delivery/index.ts';
import type { Db } from '../infra/db.ts';
import { finishRun } from './record.ts';
import type { Sync } from './sync.ts';

/** What is needed to talk to the platform of a sync. */
export interface DeliverySurroundings {
  readonly db: Db;
  readonly surroundings: Surroundings;
  readonly random: () => number;
  readonly onProgress?: (progress: DeliveryProgress) => void;
}

/** @throws RekindleError `secret.missing` when the destination's credentials are not set. */
export function deliveryOptions(sync: Sync, options: DeliverySurroundings): DeliveryOptions {
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
 * Ends runs whose process died, and asks for the answers that a platform owes from before. The
 * caller holds the sync.
 */
export async function catchUp(sync: Sync, delivery: DeliveryOptions): Promise<void> {
  await endCutOffRuns(sync, delivery);
  await settlePending(sync.audienceId, delivery);
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
