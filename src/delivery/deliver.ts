/** Drives one connector through the batches of one run. */
import PQueue from 'p-queue';
import { ConnectorFailure } from '../../connectors/connector.ts';
import type { Audience } from '../../connectors/connector.ts';
import { readMembers } from '../membership/index.ts';
import { withAccount } from './account.ts';
import type { Account, AccountOptions } from './account.ts';
import { openBatches, recordOutcome } from './batches.ts';
import type { OpenBatch } from './batches.ts';
import { outcomeEvent, reasonOf } from './events.ts';
import { outcomeOfFailure, outcomeOfReceipt, problemOf } from './outcome.ts';
import type { Problem } from './outcome.ts';
import { withRetries } from './retry.ts';
import { sending } from './send.ts';
import { firstAskAt } from './settle.ts';
import { NotNow } from './wait.ts';

export interface DeliveryOptions extends AccountOptions {
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
  return withAccount(options, async (account) => {
    for (const operation of ['remove', 'add'] as const) {
      const problem = await deliverAll(
        open.filter((batch) => batch.operation === operation),
        (batch) => deliverOne(batch, run.audience, account, options),
        options,
        progress,
      );
      if (problem !== null) return problem;
    }
    return null;
  });
}

/** As many at a time as the connector allows, until one of them says that the rest is no use. */
async function deliverAll(
  batches: readonly OpenBatch[],
  deliver: (batch: OpenBatch) => Promise<Problem | null>,
  { connector, context }: DeliveryOptions,
  progress: (batch: OpenBatch) => void,
): Promise<Problem | null> {
  const queue = new PQueue({ concurrency: connector.limits.concurrency });
  let problem: Problem | null = null;
  const ends = await Promise.allSettled(
    batches.map((batch) =>
      queue.add(async () => {
        if (problem !== null || context.signal.aborted) return;
        const stopped = await deliver(batch);
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
  account: Account,
  options: DeliveryOptions,
): Promise<Problem | null> {
  const { db, connector, context, clock, random, stopping, onEvent } = options;
  const rows = await readMembers(db.pool, batch, connector.limits.keysPerMember);
  const attempts = sending({ ...batch, audience }, rows, account, options);
  const { refused } = attempts;
  try {
    const receipt = await withRetries(attempts.send, {
      clock,
      random,
      stopping,
      signal: context.signal,
      onRetry: (failure, attempt, waitMs) => {
        const problem = reasonOf(problemOf(failure));
        const { id, operation } = batch;
        onEvent?.({ kind: 'batch-retried', batch: id, operation, attempt, waitMs, problem });
      },
    });
    const at = clock.now();
    const askAt = receipt.state === 'pending' ? firstAskAt(at) : null;
    const outcome = outcomeOfReceipt(receipt, attempts.rejections());
    const ghostUntil = attempts.ghostUntil();
    await recordOutcome(db, batch.id, outcome, { at, askAt, ghostUntil, refused });
    onEvent?.(outcomeEvent(batch, outcome));
    return null;
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) throw error;
    // A batch that never left stays as it was planned.
    if (error instanceof NotNow && !attempts.left()) return problemOf(error);
    const outcome = outcomeOfFailure(
      error,
      batch.rows - refused.length,
      attempts.mayHaveArrived(),
      attempts.rejections(),
    );
    const ghostUntil = attempts.ghostUntil();
    await recordOutcome(db, batch.id, outcome, {
      at: clock.now(),
      askAt: null,
      ghostUntil,
      refused,
    });
    onEvent?.(outcomeEvent(batch, outcome));
    return stopsTheRun(error) ? problemOf(error) : null;
  }
}

/** Whether the failure of one batch says that the others of the run would fare the same. */
function stopsTheRun(failure: ConnectorFailure): boolean {
  if (failure instanceof NotNow) return true;
  return failure.kind !== 'invalid' && failure.kind !== 'transient';
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
