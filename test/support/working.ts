/** Workers in the test's own process: each has budgets and leases of its own, as processes have. */
import { work } from '../../jobs/worker.ts';
import { createBudgets } from '../../src/delivery/index.ts';
import { systemClock } from '../../src/infra/clock.ts';
import { openDb } from '../../src/infra/db.ts';
import type { ServiceContext } from '../../src/services/context.ts';
import { atTheEnd } from './at-the-end.ts';

/** Alerts that go nowhere. */
const QUIET = {
  language: 'en',
  webhookUrl: undefined,
  email: undefined,
  consoleUrl: undefined,
} as const;

export interface TestWorker {
  /** As SIGTERM does: what is in flight is finished. Ends when the worker has. */
  stop(): Promise<void>;
}

/** Starts a worker on the database at `url`, with everything else as `context` has it. */
export function startWorker(context: ServiceContext, url: string): TestWorker {
  const db = openDb(url);
  const stopping = new AbortController();
  const { clock } = context.surroundings;
  const surroundings = {
    ...context.surroundings,
    stopping: stopping.signal,
    budgets: createBudgets({ clock, paced: false, patienceMs: 60_000 }),
  };
  const actor = { kind: 'worker', name: 'test' } as const;
  const ended = work(
    { ...context, db, actor, surroundings },
    { runs: 2, pace: systemClock, now: async () => clock.now(), spreadSeconds: 0, alerts: QUIET },
  );
  let closed: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    stopping.abort();
    await ended;
    await db.close();
  };
  const stopOnce = (): Promise<void> => (closed ??= stop());
  atTheEnd(stopOnce);
  return { stop: stopOnce };
}
