/** Runs a sync, or joins the run that another process is at. */
import { z } from 'zod';
import { RekindleError } from '../errors.ts';
import { loadSql, runSql } from '../infra/sql.ts';
import type { ServiceContext } from './context.ts';
import { SIDE_TRIGGERS } from '../sync/index.ts';
import { runSync } from './run-sync.ts';
import type { RunInput } from './run-sync.ts';
import { showRun } from './show-run.ts';
import type { RunDetails } from './show-run.ts';
import { readProgress, watchRun } from './watch-run.ts';
import type { RunProgress } from './watch-run.ts';

const LATEST_RUN = loadSql(import.meta.url, 'latest-run.sql');

export interface RunOrJoinInput extends RunInput {
  /** Wait for the end of a run that another process is at, rather than being told of it. */
  readonly join: boolean;
  /** Told how far that run is, now and whenever it changes. */
  readonly onJoined?: (progress: RunProgress) => void;
}

/** How often a process that plans, and shows no run before it has, is looked at again. */
const LOOK_MS = 500;

/**
 * The end of the run that was made or joined. What is joined is what the other process was asked to
 * do, not what this call asks for.
 *
 * @throws RekindleError as `runSync` does; `run.in-progress` names the run and how far it is.
 */
export async function runOrJoin(
  context: ServiceContext,
  { join, onJoined, ...input }: RunOrJoinInput,
): Promise<RunDetails> {
  for (;;) {
    // Before it is asked for, so that one which ends meanwhile is known to be newer.
    const before = await latestRun(context, input.sync);
    try {
      return await runSync(context, input);
    } catch (error) {
      if (!(error instanceof RekindleError) || error.code !== 'run.in-progress') throw error;
      if (!join) throw await named(context, input.sync, error);
    }
    const joined = await joinRun(context, { sync: input.sync, after: before.run, onJoined });
    if (joined !== null) return showRun(context, { run: joined });
    // Whoever held the sync did something else, or died: then it is ours to run.
  }
}

/** Watches the run that another process is at; null where it lets go of the sync without one. */
async function joinRun(
  context: ServiceContext,
  input: {
    readonly sync: string;
    /** The latest run before, which is joined only while it is under way. */
    readonly after: bigint | null;
    readonly onJoined: ((progress: RunProgress) => void) | undefined;
  },
): Promise<bigint | null> {
  const { clock, signal } = context.surroundings;
  for (;;) {
    const { held, run } = await latestRun(context, input.sync);
    if (run !== null) {
      const progress = await readProgress(context, { run });
      const isNew = run !== input.after;
      const end =
        isNew || hasProcess(progress) ? await watched(context, run, input.onJoined) : null;
      if (end !== null && !wasCutOff(end)) return run;
    }
    if (!held) return null;
    await clock.sleep(LOOK_MS, signal);
  }
}

/** Tells how far a run is until its end, or until its process is gone. Gives what it said last. */
async function watched(
  context: ServiceContext,
  run: bigint,
  onJoined: ((progress: RunProgress) => void) | undefined,
): Promise<RunProgress | null> {
  for await (const progress of watchRun(context, { run })) {
    onJoined?.(progress);
    if (progress.phase === 'ended' || wasCutOff(progress)) return progress;
  }
  return null;
}

function hasProcess({ phase }: RunProgress): boolean {
  return phase !== 'ended' && phase !== 'cut-off';
}

/** Whether its process is gone, also where a run after it has ended it for that reason. */
function wasCutOff({ phase, problem }: RunProgress): boolean {
  return phase === 'cut-off' || problem?.['code'] === 'cut-off';
}

/** Says which run is under way, and how to see it. */
async function named(
  context: ServiceContext,
  sync: string,
  error: RekindleError,
): Promise<RekindleError> {
  const { run } = await latestRun(context, sync);
  if (run === null) return error;
  const progress = await readProgress(context, { run });
  if (!hasProcess(progress)) return error;
  const { rowsDone, rowsTotal } = progress;
  const { startedAt } = await showRun(context, { run });
  return new RekindleError(
    'run.in-progress',
    `Run ${run} of "${sync}" is under way in another process since ${startedAt.toISOString()}, ${rowsDone} of ${rowsTotal} rows done. To see it: rekindle runs watch ${run}. To wait for its end: rekindle run ${sync} --join.`,
    { details: { run: String(run), rowsDone, rowsTotal }, cause: error },
  );
}

const LatestRun = z.object({ held: z.boolean(), run: z.string().nullable() });

async function latestRun(
  { db }: ServiceContext,
  sync: string,
): Promise<{ readonly held: boolean; readonly run: bigint | null }> {
  const { rows } = await runSql(db.pool, LATEST_RUN, { sync, side_triggers: SIDE_TRIGGERS });
  const row = rows[0] === undefined ? { held: false, run: null } : LatestRun.parse(rows[0]);
  return { held: row.held, run: row.run === null ? null : BigInt(row.run) };
}
