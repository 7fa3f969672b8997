/** One run with all its figures and batches. */
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
  readonly problem: unknown;
}

export interface RunDetails extends RunSummary {
  readonly delivery: DeliveryFigures;
  readonly batches: readonly BatchDetails[];
}

/** @throws RekindleError `not-found` where there is no such run. */
export async function showRun(
  context: ServiceContext,
  input: { readonly run: bigint },
): Promise<RunDetails> {
  const row = await context.db.prisma.run.findUnique({
    where: { id: input.run },
    select: {
      ...RUN_COLUMNS,
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
          problem: true,
        },
      },
    },
  });
  if (row === null) {
    throw new RekindleError('not-found', `There is no run ${input.run}; rekindle runs lists them.`);
  }
  const { batches, ...columns } = row;
  return {
    ...runSummary(columns),
    delivery: await readDelivery(context.db.pool, input.run),
    batches,
  };
}
