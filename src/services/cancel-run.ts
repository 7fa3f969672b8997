/** Stops a run that is under way. */
import type { ClientBase } from 'pg';
import { RekindleError } from '../errors.ts';
import { inTransaction } from '../infra/db.ts';
import { loadSql, runSql } from '../infra/sql.ts';
import { auditOn } from './audit.ts';
import type { ServiceContext } from './context.ts';

const STOP_RUN = loadSql(import.meta.url, 'stop-run.sql');

/**
 * Asks a run to stop: what is in flight is answered, and nothing more is sent. What was sent stays
 * sent; the next run of the sync decides anew.
 *
 * @throws RekindleError `not-found` for a run that is not there, `run.impossible` for one that is not
 *   under way, or that writes its list anew, which would leave the list half written.
 */
export async function cancelRun(
  { db, actor, surroundings }: ServiceContext,
  input: { readonly run: bigint },
): Promise<void> {
  const { run } = input;
  await inTransaction(db, async (client) => {
    const found = await client.query<{ name: string; state: string; mode: string }>(
      `SELECT sync.name, run.state, run.mode FROM run JOIN sync ON sync.id = run.sync_id
       WHERE run.id = $1`,
      [run],
    );
    const [row] = found.rows;
    if (row === undefined) throw new RekindleError('not-found', `There is no run ${run}.`);
    if ((await stopRun(client, { runId: run }, 'cancel')) === null) {
      throw new RekindleError('run.impossible', reasonNot(run, row));
    }
    await auditOn(client, actor, surroundings.clock.now(), {
      verb: 'cancel-run',
      objectKind: 'sync',
      objectName: row.name,
      after: { run: String(run) },
    });
  });
}

function reasonNot(
  run: bigint,
  { name, state, mode }: { readonly name: string; readonly state: string; readonly mode: string },
): string {
  return state === 'delivering' && mode === 'replace'
    ? `Run ${run} of "${name}" writes its list anew, and goes to its end: half of it would be no list.`
    : `Run ${run} of "${name}" is not under way any more.`;
}

/** Marks the run to stop; gives its number, or null where none is under way that may stop. */
export async function stopRun(
  client: Pick<ClientBase, 'query'>,
  which: { readonly runId?: bigint; readonly syncId?: string },
  how: 'pause' | 'cancel',
): Promise<string | null> {
  const { rows } = await runSql<{ id: string }>(client, STOP_RUN, {
    run_id: which.runId ?? null,
    sync_id: which.syncId ?? null,
    how,
  });
  return rows[0]?.id ?? null;
}
