/** Counters that are facts of the database: right however many workers and restarts there are. */
import { z } from 'zod';
import type { Db } from '../../infra/db.ts';
import type { Family, Sample } from '../../infra/metrics.ts';
import { tallyEnded } from './tally.ts';

const Total = z.object({
  counter: z.enum(['runs', 'batches', 'rows']),
  sync: z.string(),
  platform: z.string(),
  operation: z.string(),
  outcome: z.string(),
  value: z.bigint(),
});
type Total = z.infer<typeof Total>;

export async function readCounters(db: Db): Promise<Family[]> {
  await tallyEnded(db);
  const rows = await db.prisma.tally.findMany({
    orderBy: [{ sync: 'asc' }, { platform: 'asc' }, { operation: 'asc' }, { outcome: 'asc' }],
    select: {
      counter: true,
      sync: true,
      platform: true,
      operation: true,
      outcome: true,
      value: true,
    },
  });
  const totals = z.array(Total).parse(rows);
  const samples = (
    counter: Total['counter'],
    labels: (total: Total) => Sample['labels'],
  ): Sample[] =>
    totals
      .filter((total) => total.counter === counter)
      .map((total) => ({ labels: labels(total), value: Number(total.value) }));
  return [
    {
      name: 'rekindle_runs_total',
      type: 'counter',
      help: 'Runs that came to an end, by how they ended.',
      labels: ['sync', 'platform', 'state'],
      samples: samples('runs', ({ sync, platform, outcome }) => ({
        sync,
        platform,
        state: outcome,
      })),
    },
    {
      name: 'rekindle_batches_total',
      type: 'counter',
      help: 'Batches that came to an end; not_sent: their run ended without them.',
      labels: ['platform', 'operation', 'state'],
      samples: samples('batches', ({ platform, operation, outcome }) => ({
        platform,
        operation,
        state: outcome,
      })),
    },
    {
      name: 'rekindle_rows_total',
      type: 'counter',
      help: 'Rows of batches that came to an end, by what became of them.',
      labels: ['platform', 'operation', 'outcome'],
      samples: samples('rows', ({ platform, operation, outcome }) => ({
        platform,
        operation,
        outcome,
      })),
    },
  ];
}
