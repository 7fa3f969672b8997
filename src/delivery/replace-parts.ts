/** Rewrites a list on a platform that takes the whole of it in parts: all of them, or it is not done. */
import PQueue from 'p-queue';
import { ConnectorFailure } from '../../connectors/connector.ts';
import type { Audience, Receipt, Replace, Replacement } from '../../connectors/connector.ts';
import { readMembers } from '../membership/index.ts';
import type { LedgerRow } from '../membership/index.ts';
import { withAccount } from './account.ts';
import type { Account } from './account.ts';
import {
  answerRemovals,
  anyTaken,
  markSending,
  openBatches,
  planAgain,
  recordOutcome,
} from './batches.ts';
import type { OpenBatch } from './batches.ts';
import { deliverBatches } from './deliver.ts';
import type { DeliveryOptions } from './deliver.ts';
import { outcomeEvent } from './events.ts';
import { outcomeOfFailure, outcomeOfReceipt, problemOf } from './outcome.ts';
import type { Problem } from './outcome.ts';
import { beginReplacement, endReplacement } from './replacement.ts';
import { retryDelay } from './retry.ts';

type Parts = Extract<Replace, { readonly kind: 'parts' }>;

/**
 * Sends a run as the new content of its list. Gives the problem that stopped it, or null when the
 * platform has every part: whoever was in none of them is off, so that the removals of the run are
 * answered too. A rewriting that was begun and not ended stays open; the next run begins a new one.
 * One that the platform refuses to begin is a problem for a person, and its people are sent and taken
 * off as in any other run.
 */
export async function replaceByParts(
  run: { readonly id: bigint; readonly audienceId: string; readonly audience: Audience },
  parts: Parts,
  options: DeliveryOptions,
): Promise<Problem | null> {
  const { db, clock, context } = options;
  const batches = (await openBatches(db, run.id)).filter(({ operation }) => operation === 'add');
  return withAccount(options, async (account) => {
    try {
      const isFilled = await account.spend(() => parts.ready(context, run.audience));
      if (!isFilled) return await deliverBatches(run, options);
      const startedAt = clock.now();
      const { audience } = run;
      const replacement: Replacement = { id: run.id, startedAt, audience, parts: batches.length };
      await beginReplacement(db, { audienceId: run.audienceId, runId: run.id, startedAt });
      const until = new Date(startedAt.getTime() + parts.withinMs);
      await sendParts(batches, (batch, part) =>
        sendPart({ replacement, part, batch }, parts, until, account, options),
      );
    } catch (error) {
      context.signal.throwIfAborted();
      if (!(error instanceof ConnectorFailure)) throw error;
      if (error.healsItself || (await anyTaken(db, run.id))) return problemOf(error);
      // Refused before anything was changed: whoever is to leave must not wait for a person.
      await endReplacement(db, run.audienceId);
      return (await deliverBatches(run, options)) ?? problemOf(error);
    }
    await answerRemovals(db, run.id, clock.now());
    await endReplacement(db, run.audienceId);
    return null;
  });

  /** The first part begins and the last ends it; between them the order is free. */
  async function sendParts(
    all: readonly OpenBatch[],
    send: (batch: OpenBatch, part: number) => Promise<void>,
  ): Promise<void> {
    const queue = new PQueue({ concurrency: options.connector.limits.concurrency });
    let stopped = false;
    const one = (from: number, to: number) =>
      all.slice(from, to).map((batch, n) =>
        queue.add(async () => {
          if (stopped) return;
          await send(batch, from + n + 1).catch((error: unknown) => {
            stopped = true;
            throw error;
          });
        }),
      );
    let rowsDone = 0;
    const rowsTotal = all.reduce((sum, { rows }) => sum + rows, 0);
    options.onProgress?.({ rowsDone, rowsTotal });
    for (const [from, to] of stretches(all.length)) {
      const ends = await Promise.allSettled(one(from, to));
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
      rowsDone += all.slice(from, to).reduce((sum, { rows }) => sum + rows, 0);
      options.onProgress?.({ rowsDone, rowsTotal });
    }
  }
}

/** The parts from 0 to `count` in three stretches, each sent when the one before is answered. */
function stretches(count: number): readonly (readonly [number, number])[] {
  const last = Math.max(1, count - 1);
  return [[0, Math.min(1, count)] as const, [1, last] as const, [last, count] as const].filter(
    ([from, to]) => from < to,
  );
}

async function sendPart(
  {
    replacement,
    part,
    batch,
  }: {
    readonly replacement: Replacement;
    readonly part: number;
    readonly batch: OpenBatch;
  },
  parts: Parts,
  until: Date,
  account: Account,
  options: DeliveryOptions,
): Promise<void> {
  const { db, connector, context, clock, onEvent } = options;
  const rows = await readMembers(db.pool, batch, connector.limits.keysPerMember);
  const { audience } = replacement;
  const wire = {
    id: batch.id,
    operation: 'add' as const,
    audience,
    members: rows.map(({ member }) => member),
  };
  let mayHaveArrived = false;
  const send = async (): Promise<Receipt> => {
    await markSending(db, batch.id, { at: clock.now(), stoppable: false });
    onEvent?.({ kind: 'batch-sent', batch: batch.id, operation: 'add', rows: batch.rows });
    try {
      return await parts.push(context, { replacement, part, batch: wire });
    } catch (error) {
      mayHaveArrived ||= error instanceof ConnectorFailure && error.kind === 'transient';
      throw error;
    }
  };
  try {
    const receipt = await insist(() => account.spend(send), until, options);
    const outcome = outcomeOfReceipt(receipt);
    await recordOutcome(db, batch.id, outcome, {
      at: clock.now(),
      askAt: null,
      refused: refusedOf(receipt, rows),
    });
    onEvent?.(outcomeEvent(batch, outcome));
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) throw error;
    if (part === 1 && !error.healsItself && !mayHaveArrived) {
      await planAgain(db, batch.id);
      throw error;
    }
    // Begun and not ended, the list may hold this part or not.
    const outcome = outcomeOfFailure(error, batch.rows, true);
    await recordOutcome(db, batch.id, outcome, { at: clock.now(), askAt: null });
    onEvent?.(outcomeEvent(batch, outcome));
    throw error;
  }
}

function refusedOf(receipt: Receipt, rows: readonly LedgerRow[]) {
  const refused = receipt.state === 'final' ? (receipt.refused ?? []) : [];
  return refused.flatMap(({ position, code }) => {
    const row = rows[position];
    return row === undefined ? [] : [{ customerId: row.customerId, code }];
  });
}

/**
 * Makes a request until it succeeds, a person is needed, or the time that a rewriting may take is
 * up: giving up earlier would leave a part of the list out.
 */
async function insist<T>(
  request: () => Promise<T>,
  until: Date,
  { clock, context, random }: DeliveryOptions,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await request();
    } catch (error) {
      context.signal.throwIfAborted();
      if (!(error instanceof ConnectorFailure) || !error.healsItself) throw error;
      const wait = error.retryAfterMs ?? retryDelay(error, Math.min(attempt, 4), random()) ?? 0;
      if (clock.now().getTime() + wait >= until.getTime() || attempt >= MOST_ATTEMPTS) throw error;
      await clock.sleep(wait, context.signal);
    }
  }
}

/** With the pauses between them growing to a minute, more than fit into the time there is. */
const MOST_ATTEMPTS = 200;
