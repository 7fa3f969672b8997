/**
 * Runs beside those of the sync itself: they take people off its list without looking at its segment,
 * and say nothing of whether the sync works.
 */

import type { ClientBase } from 'pg';
import { insertRun } from './record.ts';
import type { Sync } from './sync.ts';

/** Takes off somebody who is to be forgotten. */
export const ERASURE_TRIGGER = 'erasure';
/** Takes off whoever said no, where a guardrail holds the run that would have. */
export const OPT_OUT_TRIGGER = 'opt-out';

/** What no figure or approval of a sync goes by. */
export const SIDE_TRIGGERS: readonly string[] = [ERASURE_TRIGGER, OPT_OUT_TRIGGER];

/** Writes such a run, ready to be delivered, in the transaction that plans its removals. */
export async function beginSideRun(
  client: Pick<ClientBase, 'query'>,
  sync: Pick<Sync, 'id'>,
  {
    trigger,
    removed,
    now,
  }: { readonly trigger: string; readonly removed: number; readonly now: Date },
): Promise<bigint> {
  const runId = await insertRun(client, sync, { asOf: now, now, trigger });
  await client.query(`UPDATE run SET state = 'delivering', removed = $2 WHERE id = $1`, [
    runId,
    removed,
  ]);
  return runId;
}
