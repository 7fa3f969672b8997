/** The totals behind the counters of /metrics, which never go down. */
import type { PoolClient } from 'pg';
import type { Db } from '../../infra/db.ts';
import { unlessLocked } from '../../infra/lock-wait.ts';
import { lockTallies } from '../../infra/locks.ts';
import { loadSql, runSql } from '../../infra/sql.ts';
import type { Statement } from '../../infra/sql.ts';

/** What is counted: how to see whether any has ended, find and hold what has ended, add it up, and mark it. */
interface Kind {
  readonly any: Statement;
  readonly ended: Statement;
  readonly add: Statement;
  readonly mark: Statement;
}

const sql = (file: string): Statement => loadSql(import.meta.url, file);

const KINDS: readonly Kind[] = [
  {
    any: sql('any-runs.sql'),
    ended: sql('ended-runs.sql'),
    add: sql('tally-runs.sql'),
    mark: sql('mark-runs.sql'),
  },
  {
    any: sql('any-batches.sql'),
    ended: sql('ended-batches.sql'),
    add: sql('tally-batches.sql'),
    mark: sql('mark-batches.sql'),
  },
];

/** Rows a transaction, so that the first one on an old database holds none for long. */
const MOST = 5_000;

/**
 * Adds what has ended since the last time to the totals, each run and batch once, also when several
 * processes do it at the same time: whoever comes second waits, and finds them marked. What another
 * process holds for longer than two seconds is left to a later call. Whoever deletes runs or batches
 * calls it first, and deletes only what is `tallied`.
 */
export async function tallyEnded(db: Db): Promise<void> {
  for (const kind of KINDS) {
    while (await hasEnded(db, kind)) {
      const added = await unlessLocked(db, (client) => tallySome(client, kind));
      if (added !== MOST) break;
    }
  }
}

/** Most of the time nothing has, and then nobody waits for anybody. */
async function hasEnded({ pool }: Db, { any }: Kind): Promise<boolean> {
  const { rows } = await runSql(pool, any);
  return rows.length > 0;
}

async function tallySome(client: PoolClient, { ended, add, mark }: Kind): Promise<number> {
  await lockTallies(client);
  const { rows } = await runSql<{ id: string }>(client, ended, { most: MOST });
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return 0;
  await runSql(client, add, { ids });
  await runSql(client, mark, { ids });
  return ids.length;
}
