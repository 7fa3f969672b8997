/** How far a run is, whichever process does it, until its end: one stream for every door. */
import { z } from 'zod';
import { readBudget, readyConnector } from '../delivery/index.ts';
import { findConnector } from '../../connectors/registry.ts';
import { RekindleError } from '../errors.ts';
import { loadSql, runSql } from '../infra/sql.ts';
import { RUN_STATES } from '../sync/index.ts';
import type { RunState } from '../sync/index.ts';
import type { ServiceContext } from './context.ts';
import { loadDestination } from './load-destination.ts';
import { RunProblem } from './run-summary.ts';

const PROGRESS = loadSql(import.meta.url, 'progress.sql');

/**
 * planning; removing and adding people; waiting, for the account; cut-off: its process is gone, and
 * the next run of the sync ends it; ended.
 */
export type RunPhase = 'planning' | 'removing' | 'adding' | 'waiting' | 'cut-off' | 'ended';

export interface RunProgress {
  readonly run: string;
  readonly sync: string;
  readonly state: RunState;
  readonly phase: RunPhase;
  /** Rows of the batches that have left or have their end, of those of all batches. */
  readonly rowsDone: number;
  readonly rowsTotal: number;
  /** Of the people added, as far as their batches are answered. */
  readonly accepted: number;
  readonly rejected: number;
  readonly unknown: number;
  /** Until when nothing is sent to the account; null where requests may be sent, or nobody knows. */
  readonly waitsUntil: Date | null;
  /** What stopped or held it, once it has ended. */
  readonly problem: z.infer<typeof RunProblem> | null;
}

/** Often enough for a bar to move; a look is one statement over the batches of one run. */
const LOOK_MS = 500;

/**
 * How far a run is, now and whenever that changes; the last one is its end. One that is cut off has
 * none before the next run of its sync: it is waited for, unless the caller leaves.
 *
 * @param input.signal ends the stream, as the context's does, by throwing its reason
 * @throws RekindleError `not-found` where there is no such run.
 */
export async function* watchRun(
  context: ServiceContext,
  input: { readonly run: bigint; readonly signal?: AbortSignal },
): AsyncGenerator<RunProgress, void, undefined> {
  const { clock, signal: ours } = context.surroundings;
  const signal = input.signal === undefined ? ours : AbortSignal.any([ours, input.signal]);
  const look = await lookout(context, input.run);
  let said = '';
  for (;;) {
    signal.throwIfAborted();
    const progress = await look();
    const now = JSON.stringify(progress);
    if (now !== said) yield progress;
    said = now;
    if (progress.phase === 'ended') return;
    await clock.sleep(LOOK_MS, signal);
  }
}

/**
 * How far a run is at this moment.
 *
 * @throws RekindleError `not-found` where there is no such run.
 */
export async function readProgress(
  context: ServiceContext,
  input: { readonly run: bigint },
): Promise<RunProgress> {
  const look = await lookout(context, input.run);
  return look();
}

const Row = z.object({
  state: z.enum(RUN_STATES),
  problem: RunProblem.nullable(),
  sync: z.string(),
  platform: z.string(),
  account: z.string(),
  destination: z.string(),
  held: z.boolean(),
  total: z.int(),
  done: z.int(),
  accepted: z.int(),
  rejected: z.int(),
  unknown: z.int(),
  removing: z.boolean(),
});
type Row = z.infer<typeof Row>;

async function lookout(context: ServiceContext, run: bigint): Promise<() => Promise<RunProgress>> {
  const { db, surroundings } = context;
  const read = async (): Promise<Row> => {
    const { rows } = await runSql(db.pool, PROGRESS, { run_id: run });
    if (rows[0] === undefined) {
      throw new RekindleError('not-found', `There is no run ${run}; rekindle runs lists them.`);
    }
    return Row.parse(rows[0]);
  };
  const whose = await budgetHolder(context, await read());
  return async () => {
    const row = await read();
    const { wait } = whose === null ? { wait: null } : await readBudget(db, whose);
    const waitsUntil =
      wait !== null && isUnderWay(row.state) && wait.until > surroundings.clock.now()
        ? wait.until
        : null;
    const { sync, state, done, total, accepted, rejected, unknown, problem } = row;
    return {
      run: String(run),
      sync,
      state,
      phase: phaseOf(row, waitsUntil),
      rowsDone: done,
      rowsTotal: total,
      accepted,
      rejected,
      unknown,
      waitsUntil,
      problem,
    };
  };
}

/** Whether a run has its end still before it. */
function isUnderWay(state: RunState): boolean {
  return state === 'planning' || state === 'delivering';
}

function phaseOf({ state, held, removing }: Row, waitsUntil: Date | null): RunPhase {
  if (!isUnderWay(state)) return 'ended';
  if (!held) return 'cut-off';
  if (waitsUntil !== null) return 'waiting';
  if (state === 'planning') return 'planning';
  return removing ? 'removing' : 'adding';
}

/**
 * Who has the budget that the requests of a run are counted in; null where that is told by
 * credentials which this process does not have.
 */
async function budgetHolder(
  context: ServiceContext,
  { platform, account, destination }: Row,
): Promise<{ readonly platform: string; readonly holder: string } | null> {
  if (findConnector(platform)?.budgetOf === undefined) return { platform, holder: account };
  const { surroundings } = context;
  try {
    const ready = readyConnector(await loadDestination(context, destination), surroundings);
    return surroundings.budgets.of(ready.connector, ready.context).whose;
  } catch (error) {
    if (!(error instanceof RekindleError)) throw error;
    return null;
  }
}
