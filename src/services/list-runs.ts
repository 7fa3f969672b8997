/** The latest runs, of all syncs or of one. */
import { findSync } from '../sync/index.ts';
import type { ServiceContext } from './context.ts';
import { RUN_COLUMNS, runSummary } from './run-summary.ts';
import type { RunSummary } from './run-summary.ts';

/** @throws RekindleError `not-found` that lists the syncs there are. */
export async function listRuns(
  context: ServiceContext,
  input: { readonly sync?: string; readonly limit: number },
): Promise<RunSummary[]> {
  const sync = input.sync === undefined ? undefined : await findSync(context.db, input.sync);
  const rows = await context.db.prisma.run.findMany({
    ...(sync === undefined ? {} : { where: { syncId: sync.id } }),
    orderBy: { id: 'desc' },
    take: input.limit,
    select: RUN_COLUMNS,
  });
  return rows.map(runSummary);
}
