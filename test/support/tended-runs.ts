/** What workers do by themselves: go on with a sync that was paused, and follow up what was left. */
import { expect } from 'vitest';
import type { Db } from '../../src/infra/db.ts';
import { resumeSync } from '../../src/services/pause-sync.ts';
import { runQueuedSync } from '../../src/services/run-queued-sync.ts';
import { tendRuns } from '../../src/services/schedule/tend-runs.ts';
import type { Machine } from './machine.ts';

const HALF_A_DAY = 12 * 3_600_000;
/** Over six days: longer than any platform may take to answer. */
const MOST = 12;

/** Has a sync go on that was paused, and done at once what the pause cut short. */
export async function goOn(machine: Machine, sync: string): Promise<void> {
  const { on } = machine;
  const { rowCount } = await on.db.pool.query('SELECT 1 FROM sync WHERE paused_at IS NOT NULL');
  if (rowCount === 0) return;
  const { runs } = await resumeSync(on.context, { sync });
  const job = await takeJob(on.db);
  expect(job !== null, 'a run is queued where the pause cut one short').toBe(runs);
  if (job !== null) await machine.act((context) => runQueuedSync(context, job));
}

/** Follows up whatever heals by itself, until nothing of that kind is left. */
export async function tend(machine: Machine, sync: string): Promise<void> {
  const { on } = machine;
  await goOn(machine, sync);
  for (let runs = 0; runs < MOST; runs += 1) {
    on.advance(HALF_A_DAY);
    await tendRuns(on.context);
    const job = await takeJob(on.db);
    if (job === null) break;
    await machine.act((context) => runQueuedSync(context, job));
  }
  const { rows } = await on.db.pool.query<{ state: string }>(
    `SELECT state FROM run WHERE trigger <> 'erasure' ORDER BY id DESC LIMIT 1`,
  );
  const left = rows.filter(({ state }) => ['planning', 'delivering', 'incomplete'].includes(state));
  expect(left, 'runs that nobody follows up').toEqual([]);
}

/** The job of the sync there is, as a worker would take it. */
async function takeJob({ pool }: Db): Promise<{ sync: string; trigger: string } | null> {
  const there = await pool.query<{ there: boolean }>(
    `SELECT to_regclass('pgboss.job') IS NOT NULL AS there`,
  );
  if (there.rows[0]?.there !== true) return null;
  const { rows } = await pool.query<{ data: { sync: string; trigger: string } }>(
    `DELETE FROM pgboss.job WHERE name = 'run-sync' RETURNING data`,
  );
  return rows[0]?.data ?? null;
}
