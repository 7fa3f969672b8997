/** The run's own row: begun, counted, ended. */
import type { ClientBase } from 'pg';
import { z } from 'zod';
import type { PlanFigures } from '../membership/index.ts';
import { loadSql, runSql } from '../infra/sql.ts';
import type { Sync } from './sync.ts';

const INSERT_RUN = loadSql(import.meta.url, 'insert-run.sql');
const STORE_FIGURES = loadSql(import.meta.url, 'store-figures.sql');
const FINISH_RUN = loadSql(import.meta.url, 'finish-run.sql');
const RESULT = loadSql(import.meta.url, 'result.sql');

type Queryable = Pick<ClientBase, 'query'>;

/**
 * planning and delivering: under way or cut off; succeeded: every batch has an answer; incomplete:
 * the next run finishes it; failed: a person is needed; held: a guardrail asks; cancelled: a person
 * stopped it.
 */
export const RUN_STATES = [
  'planning',
  'delivering',
  'succeeded',
  'incomplete',
  'failed',
  'held',
  'cancelled',
] as const;
export type RunState = (typeof RUN_STATES)[number];

/**
 * changes: what differs from the ledger is sent; again: whoever is wanted is sent again, whatever the
 * ledger says; replace: the whole list is written anew.
 */
export const RUN_MODES = ['changes', 'again', 'replace'] as const;
export type RunMode = (typeof RUN_MODES)[number];

export async function insertRun(
  client: Queryable,
  sync: Pick<Sync, 'id'>,
  options: {
    readonly asOf: Date;
    readonly now: Date;
    readonly trigger: string;
    readonly mode?: RunMode;
    /** The held run whose figures a person approved. */
    readonly approves?: bigint | null;
  },
): Promise<bigint> {
  const result = await runSql(client, INSERT_RUN, {
    sync_id: sync.id,
    trigger: options.trigger,
    mode: options.mode ?? 'changes',
    approves: options.approves ?? null,
    as_of: options.asOf,
    now: options.now,
  });
  return BigInt(z.string().parse(result.rows[0]?.['id']));
}

export async function storeFigures(
  client: Queryable,
  runId: bigint,
  state: RunState,
  figures: PlanFigures,
): Promise<void> {
  await runSql(client, STORE_FIGURES, {
    run_id: runId,
    state,
    in_segment: figures.inSegment,
    unreachable: figures.unreachable,
    no_consent: figures.noConsent,
    suppressed: figures.suppressed,
    erased: figures.erased,
    purchased: figures.purchased,
    time_up: figures.timeUp,
    cooling_down: figures.coolingDown,
    in_group: figures.inGroup,
    enough_audiences: figures.enoughAudiences,
    held_out_global: figures.heldOutGlobal,
    held_out: figures.heldOut,
    wanted: figures.wanted,
    unchanged: figures.unchanged,
    waiting: figures.waiting,
    added: figures.added,
    changed: figures.changed,
    removed: figures.removed,
  });
}

export async function finishRun(
  client: Queryable,
  runId: bigint,
  end: { readonly state: RunState; readonly problem: object | null; readonly now: Date },
): Promise<void> {
  await runSql(client, FINISH_RUN, {
    run_id: runId,
    state: end.state,
    problem: end.problem === null ? null : JSON.stringify(end.problem),
    now: end.now,
  });
}

const DeliveryFigures = z.object({
  accepted: z.int(),
  rejected: z.int(),
  unknown: z.int(),
  not_sent: z.int(),
  not_removed: z.int(),
  lost_batches: z.int(),
  refused_batches: z.int(),
  open_batches: z.int(),
});

/** What became of the people added by a run; the first four add up to `added`. */
export interface DeliveryFigures {
  readonly accepted: number;
  readonly rejected: number;
  readonly unknown: number;
  readonly notSent: number;
  /** Rows of removals that the platform refused, or says nothing sure of: they are sent again. */
  readonly notRemoved: number;
  /** Batches of either operation: may have arrived; refused; without an answer. */
  readonly lostBatches: number;
  readonly refusedBatches: number;
  readonly openBatches: number;
}

export async function readDelivery(client: Queryable, runId: bigint): Promise<DeliveryFigures> {
  const result = await runSql(client, RESULT, { run_id: runId });
  const row = DeliveryFigures.parse(result.rows[0]);
  return {
    accepted: row.accepted,
    rejected: row.rejected,
    unknown: row.unknown,
    notSent: row.not_sent,
    notRemoved: row.not_removed,
    lostBatches: row.lost_batches,
    refusedBatches: row.refused_batches,
    openBatches: row.open_batches,
  };
}
