/** What the next plan of an audience goes on from. */
import type { PoolClient } from 'pg';
import { z } from 'zod';
import { loadSql, runSql } from '../infra/sql.ts';
import { standingsOf } from './figures.ts';
import type { PlanFigures } from './figures.ts';
import type { Scope } from './scope.ts';

const FORGET_LEFT_OUT = loadSql(import.meta.url, 'forget-left-out.sql');
const KEEP_LEFT_OUT = loadSql(import.meta.url, 'keep-left-out.sql');
const KEEP_STATE = loadSql(import.meta.url, 'keep-state.sql');
const FORGET_CHANGES = loadSql(import.meta.url, 'forget-changes.sql');
/**
 * So that the next plan, which goes by keys, is not made for tables that PostgreSQL takes for empty: it
 * would rather read a whole audience than look 10,000 people of it up. Columns of keys are left out,
 * being wide and never looked for; whoever analyses a table at the same time does it for us.
 */
const KNOW_SIZES = `ANALYZE (SKIP_LOCKED)
  membership (audience_id, customer_id, add_batch_id, remove_batch_id, scattered),
  assignment (sync_id, customer_id),
  left_out (audience_id, customer_id), batch (id, run_id, audience_id, state)`;

/** Fewer than these are found at once, whatever PostgreSQL takes them for. */
const FEW = 1_000;

const Seen = z.object({ seen: z.string() });

/** The transactions whose end a plan that begins now has seen. Read before anything else of it. */
export async function readSeen(client: PoolClient): Promise<string> {
  const { rows } = await client.query('SELECT pg_current_snapshot()::text AS seen');
  return Seen.parse(rows[0]).seen;
}

/**
 * Writes down up to where a plan has seen changes and whom it left out, in its own transaction. A plan
 * that left people as they are for now, or that cannot be gone on from, is forgotten: the next one
 * looks at everybody.
 */
export async function rememberPlan(
  client: PoolClient,
  plan: {
    readonly audienceId: string;
    readonly scope: Scope;
    readonly rules: Buffer | null;
    readonly seen: string;
    readonly figures: PlanFigures;
    readonly now: Date;
  },
): Promise<void> {
  const { audienceId: audience_id, scope, rules, seen, figures, now } = plan;
  if (rules === null || figures.waiting > 0) {
    await client.query('DELETE FROM plan_state WHERE audience_id = $1', [audience_id]);
    return;
  }
  if (scope.of === 'changed') await runSql(client, FORGET_LEFT_OUT, { audience_id });
  else await client.query('DELETE FROM left_out WHERE audience_id = $1', [audience_id]);
  await runSql(client, KEEP_LEFT_OUT, { audience_id });
  if (scope.of === 'everybody' && figures.inSegment > FEW) await client.query(KNOW_SIZES);
  // Everybody who is wanted is in the ledger by now, and nobody else.
  const people = JSON.stringify(standingsOf({ ...figures, erased: 0 }));
  await runSql(client, KEEP_STATE, { audience_id, seen, rules, now, people });
  await forgetOldChanges(client);
}

/** Deletes the noted changes that no plan can go on from any more; gives how many rows. */
export async function forgetOldChanges(client: Pick<PoolClient, 'query'>): Promise<number> {
  return (await runSql(client, FORGET_CHANGES)).rowCount ?? 0;
}
