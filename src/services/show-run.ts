/** One run with all its figures and batches. */
import { z } from 'zod';
import { ReasonSchema } from '../delivery/index.ts';
import type { Reason } from '../delivery/index.ts';
import { RekindleError } from '../errors.ts';
import { readDelivery } from '../sync/index.ts';
import type { DeliveryFigures } from '../sync/index.ts';
import type { ServiceContext } from './context.ts';
import { RUN_COLUMNS, runSummary } from './run-summary.ts';
import type { RunSummary } from './run-summary.ts';

export interface BatchDetails {
  readonly seq: number;
  readonly operation: string;
  readonly state: string;
  readonly rows: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly unknown: number;
  readonly attempts: number;
  /** The platform's own id of the request, for its support. */
  readonly requestId: string | null;
  /** Why rows were rejected or are unknown, in the platform's codes and counts. */
  readonly reasons: readonly Reason[];
  readonly problem: unknown;
}

/** Somebody whom the platform refused by name. */
export interface RefusedCustomer {
  readonly customer: string;
  readonly code: string;
}

export interface RunDetails extends RunSummary {
  readonly delivery: DeliveryFigures;
  readonly batches: readonly BatchDetails[];
  /** The first hundred of those whom the platform refused by name and who were not sent since. */
  readonly refused: readonly RefusedCustomer[];
  /**
   * Where the list is being written anew: how far it is. Null where it is done, or was not asked for.
   */
  readonly rewriting: string | null;
}

const MOST_REFUSED = 100;

/** @throws RekindleError `not-found` where there is no such run. */
export async function showRun(
  context: ServiceContext,
  input: { readonly run: bigint },
): Promise<RunDetails> {
  const row = await context.db.prisma.run.findUnique({
    where: { id: input.run },
    select: {
      ...RUN_COLUMNS,
      replacements: { select: { state: true } },
      batches: {
        orderBy: { seq: 'asc' },
        select: {
          seq: true,
          operation: true,
          state: true,
          rows: true,
          accepted: true,
          rejected: true,
          unknown: true,
          attempts: true,
          requestId: true,
          reasons: true,
          problem: true,
        },
      },
    },
  });
  if (row === null) {
    throw new RekindleError('not-found', `There is no run ${input.run}; rekindle runs lists them.`);
  }
  const { batches, replacements, ...columns } = row;
  const ids = await context.db.prisma.batch.findMany({
    where: { runId: input.run, rejected: { gt: 0 } },
    select: { id: true },
  });
  const refused = await context.db.prisma.refusal.findMany({
    where: { batchId: { in: ids.map(({ id }) => id) } },
    orderBy: { customerId: 'asc' },
    take: MOST_REFUSED,
    select: { customerId: true, code: true },
  });
  const summary = runSummary(columns);
  const delivery = await readDelivery(context.db.pool, input.run);
  return {
    ...summary,
    // A held run has no requests, and whoever it would have added was not sent (rule 7).
    delivery: summary.state === 'held' ? { ...delivery, notSent: summary.added } : delivery,
    batches: batches.map(({ reasons, ...batch }) => ({
      ...batch,
      reasons: z.array(ReasonSchema).parse(reasons),
    })),
    refused: refused.map(({ customerId, code }) => ({ customer: customerId, code })),
    rewriting: replacements[0]?.state ?? null,
  };
}
