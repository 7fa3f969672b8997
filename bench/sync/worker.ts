/**
 * The process that is measured: it does what it is told, one thing after the other, and says how long
 * each took and how much memory the process has had at most.
 */
import { createBudgets } from '../../src/delivery/index.ts';
import { systemClock } from '../../src/infra/clock.ts';
import { openDb } from '../../src/infra/db.ts';
import { createLog } from '../../src/infra/log.ts';
import type { ServiceContext } from '../../src/services/context.ts';
import { planSync } from '../../src/services/plan-sync.ts';
import { runSync } from '../../src/services/run-sync.ts';
import { runFloor } from './floor.ts';

export type Task =
  { readonly do: 'run' | 'plan'; readonly sync: string } | { readonly do: 'floor' };

export interface TaskEnd {
  readonly ms: number;
  /** People or rows, by what became of them. */
  readonly figures: Readonly<Record<string, number | string>>;
  /** Peak of the process so far. */
  readonly rssMb: number;
}

/** What the bench needs of a service context, with requests that are not paced. */
export function benchContext(databaseUrl: string, receiverUrl: string): ServiceContext {
  return {
    db: openDb(databaseUrl),
    actor: { kind: 'cli', name: 'bench' },
    timezone: 'UTC',
    random: Math.random,
    log: createLog('silent'),
    surroundings: {
      clock: systemClock,
      secret: () => 'bench-secret',
      endpoints: { META_GRAPH_URL: receiverUrl },
      signal: new AbortController().signal,
      budgets: createBudgets({ clock: systemClock, paced: false }),
    },
  };
}

async function carryOut(
  task: Task,
  context: ServiceContext,
  [databaseUrl, receiverUrl]: readonly [string, string],
): Promise<TaskEnd['figures']> {
  if (task.do === 'floor') return { rows: await runFloor(databaseUrl, receiverUrl) };
  const asOf = context.surroundings.clock.now();
  if (task.do === 'plan') {
    const { figures } = await planSync(context, { sync: task.sync, asOf });
    return { ...figures };
  }
  const run = await runSync(context, { sync: task.sync, asOf, approved: false });
  const { wanted, unchanged, added, changed, removed, heldOut, state } = run;
  return { state, wanted, unchanged, added, changed, removed, heldOut, ...run.delivery };
}

const [databaseUrl = '', receiverUrl = ''] = process.argv.slice(2);
if (process.send !== undefined) {
  const context = benchContext(databaseUrl, receiverUrl);
  const measure = async (task: Task): Promise<void> => {
    const start = performance.now();
    const figures = await carryOut(task, context, [databaseUrl, receiverUrl]);
    const ms = performance.now() - start;
    process.send?.({ ms, figures, rssMb: process.resourceUsage().maxRSS / 1024 } satisfies TaskEnd);
  };
  process.on('message', (task: Task) => {
    measure(task).catch((error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    });
  });
  process.on('disconnect', () => process.exit());
}
