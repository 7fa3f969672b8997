/** Keeps a sync from running by itself, and lets it again. */
import type { PoolClient } from 'pg';
import { unqueue } from '../../jobs/queue.ts';
import { inTransaction } from '../infra/db.ts';
import { findSync } from '../sync/index.ts';
import { auditOn } from './audit.ts';
import type { ServiceContext } from './context.ts';
import { stopRun } from './cancel-run.ts';
import { queueRun } from './schedule/queue-run.ts';

export interface PausedSync {
  readonly sync: string;
  /** The run that was under way, which stops before its next request; null where there was none. */
  readonly stopping: string | null;
  /** Whether a run waited in the queue, and is taken out of it. */
  readonly unqueued: boolean;
  /** False where it was so already. */
  readonly changed: boolean;
}

/**
 * From now on neither its schedule nor a refresh of its segment starts it, and a run that waits in the
 * queue is taken out of it; a run under way sends what is in flight and stops, unless it writes the
 * whole list anew. A person may still run it.
 *
 * @throws RekindleError `not-found` that lists the syncs there are.
 */
export async function pauseSync(
  context: ServiceContext,
  input: { readonly sync: string },
): Promise<PausedSync> {
  let unqueued = false;
  const paused = await setPause(context, input.sync, 'pause', async (client, syncId) => {
    unqueued = await unqueue(context.db, client, 'run-sync', { sync: syncId });
    return stopRun(client, { syncId }, 'pause');
  });
  return { ...paused, unqueued };
}

export interface ResumedSync {
  readonly sync: string;
  /** Whether a run is to follow at once, since the pause cut one short. */
  readonly runs: boolean;
  readonly changed: boolean;
}

/** @throws RekindleError `not-found` that lists the syncs there are. */
export async function resumeSync(
  context: ServiceContext,
  input: { readonly sync: string },
): Promise<ResumedSync> {
  const { db, actor } = context;
  let runs = false;
  const { sync, changed } = await setPause(
    context,
    input.sync,
    'resume',
    async (client, syncId) => {
      if (!(await wasCutShort(client, syncId))) return null;
      runs = await queueRun(db, client, { syncId, trigger: `${actor.kind}:${actor.name}` });
      return null;
    },
  );
  return { sync, runs, changed };
}

async function setPause(
  { db, actor, surroundings }: ServiceContext,
  name: string,
  verb: 'pause' | 'resume',
  also: (client: PoolClient, syncId: string) => Promise<string | null>,
): Promise<Omit<PausedSync, 'unqueued'>> {
  const now = surroundings.clock.now();
  const { id } = await findSync(db, name);
  return inTransaction(db, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE sync SET paused_at = $2::timestamptz
       WHERE id = $1 AND (paused_at IS NULL) = ($2::timestamptz IS NOT NULL)`,
      [id, verb === 'pause' ? now : null],
    );
    const stopping = await also(client, id);
    if (rowCount !== 1 && stopping === null) return { sync: name, stopping, changed: false };
    await auditOn(client, actor, now, {
      verb,
      objectKind: 'sync',
      objectName: name,
      ...(stopping === null ? {} : { after: { run: stopping } }),
    });
    return { sync: name, stopping, changed: rowCount === 1 };
  });
}

async function wasCutShort(client: PoolClient, syncId: string): Promise<boolean> {
  const { rows } = await client.query<{ paused: boolean }>(
    `SELECT problem ->> 'code' = 'pause' AS paused FROM run
     WHERE sync_id = $1 ORDER BY id DESC LIMIT 1`,
    [syncId],
  );
  return rows[0]?.paused === true;
}
