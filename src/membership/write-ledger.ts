/** Writes what a plan found into the ledger, cut into batches; in the transaction of the plan. */
import type { ClientBase } from 'pg';
import { loadSql, runSql } from '../infra/sql.ts';
import { ChangeCounts } from './figures.ts';
import { EVERYBODY } from './scope.ts';
import type { Scope } from './scope.ts';

const ANSWER_FOR_KEPT = loadSql(import.meta.url, 'answer-for-kept.sql');
const PLAN_REMOVALS = loadSql(import.meta.url, 'plan-removals.sql');
const MAKE_BATCHES = loadSql(import.meta.url, 'make-batches.sql');
const READ_KNOWN = loadSql(import.meta.url, 'read-known.sql');
const WRITE_ADDITIONS = loadSql(import.meta.url, 'write-additions.sql');
const KEEP_PAST = loadSql(import.meta.url, 'keep-past.sql');
const WRITE_REMOVALS = loadSql(import.meta.url, 'write-removals.sql');
const FORGET_LEFT = loadSql(import.meta.url, 'forget-left.sql');
const TIDY_REMOVALS = loadSql(import.meta.url, 'tidy-removals.sql');
const MAKE_RANGES = loadSql(import.meta.url, 'make-ranges.sql');
const FILL_LEDGER = loadSql(import.meta.url, 'fill-ledger.sql');
const CHANGE_COUNTS = loadSql(import.meta.url, 'change-counts.sql');
const FORGET_REFUSALS = loadSql(import.meta.url, 'forget-refusals.sql');

/**
 * The share of a request that removals fill: the rest is for rows that have to be split, key by key,
 * because the platform refused one key of them.
 */
const REMOVAL_ROOM = 0.98;

/** Where a plan is written to, and how much a request of the platform holds. */
export interface LedgerPlan {
  readonly runId: bigint;
  readonly audienceId: string;
  readonly batchRows: number;
  readonly keysPerMember: number;
  /** How many people are added, as compared. */
  readonly added: number;
}

/** Writes the compared plan into the ledger and cuts it into batches of at most `batchRows`. */
export async function writeLedger(
  client: ClientBase,
  plan: LedgerPlan & {
    /** The moment from which newcomers are on the audience. */
    readonly now: Date;
    readonly scope?: Scope;
  },
): Promise<void> {
  const { now, added, batchRows, runId: run_id, audienceId: audience_id, scope = EVERYBODY } = plan;
  if (scope.of === 'everybody' && scope.empty) {
    await fillLedger(client, plan);
    return;
  }
  await runSql(client, TIDY_REMOVALS, { audience_id, now });
  const { left, gone } = ChangeCounts.parse((await runSql(client, CHANGE_COUNTS)).rows[0]);
  if (added + left + gone === 0) return;
  await runSql(client, ANSWER_FOR_KEPT, { audience_id });
  await cutBatches(client, plan);
  if (added > 0) {
    await runSql(client, READ_KNOWN, { audience_id });
    await client.query('ANALYZE plan_known (customer_id)');
    await runSql(client, WRITE_ADDITIONS, { run_id, audience_id, batch_rows: batchRows, now });
  }
  await runSql(client, FORGET_REFUSALS, { audience_id });
  await runSql(client, KEEP_PAST, { audience_id, now });
  await takeOff(client, plan);
}

/** Fills the ledger of an audience that had nobody; a batch is a range of customers. */
async function fillLedger(
  client: ClientBase,
  {
    runId: run_id,
    audienceId: audience_id,
    batchRows: batch_rows,
    now,
  }: LedgerPlan & { readonly now: Date },
): Promise<void> {
  await runSql(client, MAKE_RANGES, { run_id, audience_id, batch_rows });
  await runSql(client, FILL_LEDGER, { run_id, audience_id, batch_rows, now });
  await client.query('DELETE FROM refusal WHERE audience_id = $1', [audience_id]);
}

/** Writes a plan of removals alone, of people whose past is not kept. */
export async function writeRemovals(client: ClientBase, plan: LedgerPlan): Promise<void> {
  await runSql(client, ANSWER_FOR_KEPT, { audience_id: plan.audienceId });
  await cutBatches(client, plan);
  await takeOff(client, plan);
}

async function cutBatches(client: ClientBase, plan: LedgerPlan): Promise<void> {
  const batch_rows = plan.batchRows;
  await runSql(client, PLAN_REMOVALS, {
    batch_rows: Math.max(1, Math.floor(batch_rows * REMOVAL_ROOM)),
    keys_per_member: plan.keysPerMember,
  });
  await runSql(client, MAKE_BATCHES, {
    run_id: plan.runId,
    audience_id: plan.audienceId,
    batch_rows,
    added: plan.added,
  });
}

async function takeOff(client: ClientBase, plan: LedgerPlan): Promise<void> {
  await runSql(client, WRITE_REMOVALS, { run_id: plan.runId, audience_id: plan.audienceId });
  await runSql(client, FORGET_LEFT, { audience_id: plan.audienceId });
}
