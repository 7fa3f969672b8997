/** Drives one connector through the batches of one run. */
import { ConnectorFailure } from '../../connectors/connector.ts';
import type { Audience, Connector, ConnectorContext, Receipt } from '../../connectors/connector.ts';
import type { Clock } from '../infra/clock.ts';
import type { Db } from '../infra/db.ts';
import { readMembers } from '../membership/index.ts';
import type { Budgets } from './budget.ts';
import { markSending, openBatches, recordOutcome } from './batches.ts';
import type { OpenBatch } from './batches.ts';
import { outcomeOfFailure, outcomeOfReceipt, problemOf, stopsTheRun } from './outcome.ts';
import type { Problem } from './outcome.ts';
import { withRetries } from './retry.ts';

export interface DeliveryOptions {
  readonly db: Db;
  readonly connector: Connector;
  readonly context: ConnectorContext;
  readonly budgets: Budgets;
  readonly clock: Clock;
  readonly random: () => number;
  readonly onProgress?: (progress: DeliveryProgress) => void;
}

export interface DeliveryProgress {
  readonly rowsDone: number;
  readonly rowsTotal: number;
}

/**
 * Sends what is open, removals before additions. Gives the problem that stopped it, or null when
 * every batch has an answer. Aborting the context's signal leaves the rest open for the next call.
 */
export async function deliverBatches(
  run: { readonly id: bigint; readonly audience: Audience },
  options: DeliveryOptions,
): Promise<Problem | null> {
  const open = await openBatches(options.db, run.id);
  const progress = progressOf(open, options);
  for (const operation of ['remove', 'add'] as const) {
    const problem = await deliverAll(
      open.filter((batch) => batch.operation === operation),
      run.audience,
      options,
      progress,
    );
    if (problem !== null) return problem;
  }
  return null;
}

async function deliverAll(
  batches: readonly OpenBatch[],
  audience: Audience,
  options: DeliveryOptions,
  progress: (batch: OpenBatch) => void,
): Promise<Problem | null> {
  const { connector, context } = options;
  const budget = options.budgets.of(connector, context);
  let problem: Problem | null = null;
  const ends = await Promise.allSettled(
    batches.map((batch) =>
      budget.spend(async () => {
        if (problem !== null || context.signal.aborted) return;
        const stopped = await deliverOne(batch, audience, options);
        problem ??= stopped;
        progress(batch);
      }),
    ),
  );
  context.signal.throwIfAborted();
  // Nothing is in flight any more; an error that is no answer of the platform is a bug to show.
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return problem;
}

/** One batch until it is answered or given up. Gives the problem where it concerns all others too. */
async function deliverOne(
  batch: OpenBatch,
  audience: Audience,
  options: DeliveryOptions,
): Promise<Problem | null> {
  const { db, connector, context, clock, random } = options;
  const { id, operation } = batch;
  const members = await readMembers(db.pool, batch, connector.limits.keysPerMember);
  let mayHaveArrived = false;
  const send = async (): Promise<Receipt> => {
    await markSending(db, id, clock.now());
    try {
      return await connector.push(context, { id, audience, operation, members });
    } catch (error) {
      mayHaveArrived ||= error instanceof ConnectorFailure && error.kind === 'transient';
      throw error;
    }
  };
  try {
    const receipt = await withRetries(send, { clock, random, signal: context.signal });
    await recordOutcome(db, id, outcomeOfReceipt(receipt), clock.now());
    return null;
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) throw error;
    const outcome = outcomeOfFailure(error, batch.rows, mayHaveArrived);
    await recordOutcome(db, id, outcome, clock.now());
    return stopsTheRun(error) ? problemOf(error) : null;
  }
}

function progressOf(
  open: readonly OpenBatch[],
  { onProgress }: DeliveryOptions,
): (batch: OpenBatch) => void {
  const rowsTotal = open.reduce((sum, batch) => sum + batch.rows, 0);
  let rowsDone = 0;
  onProgress?.({ rowsDone, rowsTotal });
  return (batch) => {
    rowsDone += batch.rows;
    onProgress?.({ rowsDone, rowsTotal });
  };
}
