/** One person leaves an audience at once, outside of any segment. */
import type { ClientBase } from 'pg';
import { z } from 'zod';
import { loadSql, runSql } from '../infra/sql.ts';

const TABLES = loadSql(import.meta.url, 'plan-tables.sql');
const PLAN_ERASURE = loadSql(import.meta.url, 'plan-erasure.sql');
const KEEP_SHARED_ERASED = loadSql(import.meta.url, 'keep-shared-erased.sql');
const FORGET_PERSON = loadSql(import.meta.url, 'forget-person.sql');
const FORGET_TRACES = loadSql(import.meta.url, 'forget-traces.sql');
const FORGET_NOTES = loadSql(import.meta.url, 'forget-notes.sql');
const RANGES_OF = loadSql(import.meta.url, 'ranges-of.sql');
const NARROWER_RANGE = loadSql(import.meta.url, 'narrower-range.sql');

/**
 * Where a person stands on an audience: not there (any more); keys of theirs still have to leave,
 * `shared` more stay because others there carry them; or the platform has taken the removal and
 * owes its answer.
 */
export type Presence =
  | { readonly state: 'absent'; readonly shared: number }
  | { readonly state: 'leaving'; readonly keys: number; readonly shared: number }
  | { readonly state: 'unanswered' };

const Counts = z.object({ leaving: z.int(), shared: z.int() });

/**
 * Finds what of a person may be on an audience and prepares its removal, in work tables of the
 * caller's transaction. Whoever has nothing there leaves the ledger.
 */
export async function planErasure(
  client: ClientBase,
  person: { readonly audienceId: string; readonly customerId: string },
): Promise<Presence> {
  const { audienceId, customerId } = person;
  const where = { audience_id: audienceId, customer_id: customerId };
  const known = await client.query(
    'SELECT 1 FROM membership WHERE audience_id = $1 AND customer_id = $2',
    [audienceId, customerId],
  );
  if (known.rowCount === 0) return { state: 'absent', shared: 0 };
  await client.query(TABLES.text);
  // Whoever goes now is not there any more when the next plan counts.
  await client.query('UPDATE plan_state SET people = NULL WHERE audience_id = $1', [audienceId]);
  const planned = await runSql(client, PLAN_ERASURE, where);
  if (planned.rowCount === 0) return { state: 'unanswered' };
  const result = await runSql(client, KEEP_SHARED_ERASED, { audience_id: audienceId });
  const { leaving, shared } = Counts.parse(result.rows[0]);
  if (leaving > 0) return { state: 'leaving', keys: leaving, shared };
  await runSql(client, FORGET_PERSON, where);
  return { state: 'absent', shared };
}

/** Everything else that the ledger and the experiments know of a person. */
export async function forgetTraces(client: ClientBase, customerId: string): Promise<void> {
  const customer_id = customerId;
  await runSql(client, FORGET_TRACES, { customer_id });
  await runSql(client, FORGET_NOTES, { customer_id });
  const ranges = z.array(Range).parse((await runSql(client, RANGES_OF, { customer_id })).rows);
  for (const { id: batch_id, ...range } of ranges) {
    const found = await runSql(client, NARROWER_RANGE, { ...range, batch_id });
    const { first_customer, last_customer } = Ends.parse(found.rows[0]);
    await client.query('UPDATE batch SET first_customer = $2, last_customer = $3 WHERE id = $1', [
      batch_id,
      first_customer,
      last_customer,
    ]);
  }
}

const Range = z.object({
  id: z.string(),
  audience_id: z.string(),
  first_customer: z.string(),
  last_customer: z.string(),
});
const Ends = z.object({
  first_customer: z.string().nullable(),
  last_customer: z.string().nullable(),
});
