/** Goes on with what was left: runs whose process died or handed over, and runs that can heal. */
import { z } from 'zod';
import { hasJob } from '../../../jobs/queue.ts';
import { inTransaction } from '../../infra/db.ts';
import { loadSql, runSql } from '../../infra/sql.ts';
import { ERASURE_TRIGGER, OPT_OUT_TRIGGER } from '../../sync/index.ts';
import type { ServiceContext } from '../context.ts';
import { followUpAt } from './follow-up.ts';
import { queueRun } from './queue-run.ts';

const LAST_RUNS = loadSql(import.meta.url, 'last-runs.sql');

const Row = z.object({
  sync_id: z.string(),
  state: z.string(),
  problem: z
    .looseObject({ code: z.string().nullish(), healsItself: z.boolean().nullish() })
    .nullable(),
  started_at: z.date(),
  finished_at: z.date().nullable(),
  is_paused: z.boolean(),
  is_held: z.boolean(),
  incomplete: z.int(),
  waits_until: z.date().nullable(),
});

/**
 * Puts a run into the queue for every sync whose last one is to be followed by now. What it goes by
 * is in the database, so that nothing is forgotten whoever dies when.
 */
export async function tendRuns({ db, surroundings, log }: ServiceContext): Promise<void> {
  const now = surroundings.clock.now();
  const { rows } = await runSql(db.pool, LAST_RUNS, {
    erasure: ERASURE_TRIGGER,
    opt_out: OPT_OUT_TRIGGER,
  });
  for (const row of rows.map((found) => Row.parse(found))) {
    const at = followUpAt({
      state: row.state,
      code: row.problem?.code ?? null,
      healsItself: row.problem?.healsItself ?? true,
      startedAt: row.started_at,
      finishedAt: row.finished_at,
      incomplete: row.incomplete,
      isHeld: row.is_held,
      isPaused: row.is_paused,
      accountWaitsUntil: row.waits_until,
    });
    if (at === null || at > now) continue;
    // A job that some worker has in hand, alive or not yet known to be dead, is the run's own.
    if (await hasJob(db, 'run-sync', { sync: row.sync_id })) continue;
    const run = { syncId: row.sync_id, trigger: 'follow-up' };
    const isQueued = await inTransaction(db, (client) => queueRun(db, client, run));
    if (isQueued) log.info({ sync: row.sync_id, after: row.state }, 'a run is to be followed');
  }
}
