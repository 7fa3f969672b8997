/** Reckons a segment anew, and has the syncs run that follow it. */
import { z } from 'zod';
import { RekindleError } from '../errors.ts';
import { inTransaction } from '../infra/db.ts';
import { runSql } from '../infra/sql.ts';
import { refreshIdentities } from '../identity/index.ts';
import type { ServiceContext } from './context.ts';
import { loadSegment } from './preview-segment.ts';
import { queueRun } from './schedule/queue-run.ts';

export interface RefreshedSegment {
  readonly segment: string;
  readonly customers: number;
  /** What it held at the refresh before; null where there was none. */
  readonly before: number | null;
  /** The syncs that run now because of it. */
  readonly queued: readonly string[];
}

const Size = z.object({ customers: z.int() });

/** @throws RekindleError `not-found` that lists the segments there are. */
export async function refreshSegment(
  context: ServiceContext,
  input: { readonly segment: string },
): Promise<RefreshedSegment> {
  const { db, surroundings } = context;
  const now = surroundings.clock.now();
  const { query } = await loadSegment(context, { segment: input.segment, asOf: now });
  await refreshIdentities(db, { now });
  const { rows } = await runSql(
    db.pool,
    {
      ...query.statement,
      text: `SELECT count(*)::int AS customers FROM (${query.statement.text}) p`,
    },
    query.params,
  );
  const { customers } = Size.parse(rows[0]);
  return inTransaction(db, async (client) => {
    const { rows: stored } = await client.query<{ id: string; size: number | null }>(
      'SELECT id, size FROM segment WHERE name = $1 FOR UPDATE',
      [input.segment],
    );
    const [segment] = stored;
    if (segment === undefined) {
      throw new RekindleError('not-found', `The segment "${input.segment}" is no more.`);
    }
    await client.query('UPDATE segment SET size = $2, refreshed_at = $3 WHERE id = $1', [
      segment.id,
      customers,
      now,
    ]);
    const { rows: followers } = await client.query<{ id: string; name: string }>(
      `SELECT id, name FROM sync
       WHERE segment_id = $1 AND schedule = 'after-refresh' AND paused_at IS NULL ORDER BY name`,
      [segment.id],
    );
    const queued: string[] = [];
    for (const { id, name } of followers) {
      const run = { syncId: id, trigger: `refresh:${input.segment}` };
      if (await queueRun(db, client, run)) queued.push(name);
    }
    return { segment: input.segment, customers, before: segment.size, queued };
  });
}
