/** The runs of every sync, as alerts look at them. */
import type { ClientBase } from 'pg';
import { z } from 'zod';
import { loadSql, runSql } from '../infra/sql.ts';
import type { CauseProblem, HeldFigures } from './cause.ts';
import type { RunFact, SyncRuns } from './run-causes.ts';

const RUNS = loadSql(import.meta.url, 'runs.sql');

const Id = z.string().nullable();
const Moment = z.date().nullable();

const Row = z.object({
  sync: z.string(),
  destination: z.string(),
  paused: z.boolean(),
  good_id: Id,
  good_started_at: Moment,
  good_finished_at: Moment,
  failed_id: Id,
  failed_started_at: Moment,
  failed_finished_at: Moment,
  failed_problem: z.unknown(),
  ended_id: Id,
  ended_state: z.string().nullable(),
  ended_started_at: Moment,
  ended_finished_at: Moment,
  ended_problem: z.unknown(),
  ended_mode: z.string().nullable(),
  short_id: Id,
  short_started_at: Moment,
  short_finished_at: Moment,
  short_problem: z.unknown(),
  newest_id: Id,
  newest_state: z.string().nullable(),
  newest_started_at: Moment,
  incomplete: z.int(),
  trouble_since: Moment,
});

/** @param sideTriggers the triggers of runs that are left aside */
export async function readRuns(
  client: Pick<ClientBase, 'query'>,
  sideTriggers: readonly string[],
): Promise<SyncRuns[]> {
  const { rows } = await runSql(client, RUNS, { side_triggers: sideTriggers });
  return z.array(Row).parse(rows).map(runsOf);
}

function runsOf(row: z.infer<typeof Row>): SyncRuns {
  const good = runFact(row.good_id, row.good_started_at, row.good_finished_at);
  const failed = runFact(row.failed_id, row.failed_started_at, row.failed_finished_at);
  const ended = runFact(row.ended_id, row.ended_started_at, row.ended_finished_at);
  const short = runFact(row.short_id, row.short_started_at, row.short_finished_at);
  const isUnderWay = row.newest_state === 'planning' || row.newest_state === 'delivering';
  return {
    sync: row.sync,
    destination: row.destination,
    paused: row.paused,
    good,
    failed: failed === null ? null : { ...failed, problem: problemOf(row.failed_problem) },
    held:
      ended === null || row.ended_state !== 'held'
        ? null
        : {
            ...ended,
            figures: { ...figuresOf(row.ended_problem), mode: row.ended_mode ?? 'changes' },
          },
    incomplete: {
      runs: row.incomplete,
      newest: short === null ? null : { ...short, problem: problemOf(row.short_problem) },
    },
    underWay: isUnderWay ? runFact(row.newest_id, row.newest_started_at, null) : null,
    troubleSince: row.trouble_since,
  };
}

function runFact(
  id: string | null,
  startedAt: Date | null,
  finishedAt: Date | null,
): RunFact | null {
  return id === null || startedAt === null ? null : { id, startedAt, finishedAt };
}

const Problem = z.object({
  message: z.string(),
  kind: z.string().nullish(),
  code: z.string().nullish(),
  nextStep: z.string().nullish(),
});

/** Null for what no problem of ours looks like: an alert without its reason is better than none. */
function problemOf(value: unknown): CauseProblem | null {
  const { data } = Problem.safeParse(value);
  if (data === undefined) return null;
  const { message, kind = null, code = null, nextStep = null } = data;
  return { message, kind, code, nextStep };
}

const Hold = z.object({
  guardrail: z.string().catch(''),
  message: z.string().catch(''),
  members: z.number().nullish().catch(null),
  leaving: z.number().nullish().catch(null),
  wanted: z.number().nullish().catch(null),
});

function figuresOf(value: unknown): Omit<HeldFigures, 'mode'> {
  const { data } = Hold.safeParse(value);
  return {
    guardrail: data?.guardrail ?? '',
    message: data?.message ?? '',
    members: data?.members ?? null,
    leaving: data?.leaving ?? null,
    wanted: data?.wanted ?? null,
  };
}
