/** The latest runs, of all syncs or of one. */
import type { ServiceContext } from './context.ts';
import { RUN_COLUMNS, runSummary } from './run-summary.ts';
import type { RunSummary } from './run-summary.ts';

export async function listRuns(
  context: ServiceContext,
  input: { readonly sync?: string; readonly limit: number },
): Promise<RunSummary[]> {
  const rows = await context.db.prisma.run.findMany({
    ...(input.sync === undefined ? {} : { where: { sync: { name: input.sync } } }),
    orderBy: { id: 'desc' },
    take: input.limit,
    select: RUN_COLUMNS,
  });
  return rows.map(runSummary);
}
