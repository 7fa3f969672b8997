/** Writes what a plan found into the ledger, cut into batches; in the transaction of the plan. */
import type { ClientBase } from 'pg';
import { loadSql, runSql } from '../infra/sql.ts';

const PLAN_REMOVALS = loadSql(import.meta.url, 'plan-removals.sql');
const MAKE_BATCHES = loadSql(import.meta.url, 'make-batches.sql');
const WRITE_ADDITIONS = loadSql(import.meta.url, 'write-additions.sql');
const KEEP_PAST = loadSql(import.meta.url, 'keep-past.sql');
const WRITE_REMOVALS = loadSql(import.meta.url, 'write-removals.sql');
const FORGET_LEFT = loadSql(import.meta.url, 'forget-left.sql');
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
  },
): Promise<void> {
  const { now, added, batchRows, runId: run_id, audienceId: audience_id } = plan;
  await cutBatches(client, plan);
  if (added > 0) {
    await runSql(client, WRITE_ADDITIONS, { run_id, audience_id, batch_rows: batchRows, now });
  }
  await runSql(client, FORGET_REFUSALS, { audience_id });
  await runSql(client, KEEP_PAST, { audience_id, now });
  await takeOff(client, plan);
}

/** Writes a plan of removals alone, of people whose past is not kept. */
export async function writeRemovals(client: ClientBase, plan: LedgerPlan): Promise<void> {
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
