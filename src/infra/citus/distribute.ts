/** Takes a database from one machine to several, with what is in it. */
import pg from 'pg';
import type { ClientBase } from 'pg';
import { loadSql, runSql } from '../sql.ts';
import type { Layout, Placement } from './layout.ts';

const FOREIGN_KEYS = loadSql(import.meta.url, 'foreign-keys.sql');
const TRIGGERS = loadSql(import.meta.url, 'triggers.sql');

/** Every other customer-keyed table is cut as this one is. */
const FIRST = 'customer';

/** What plans that look at the changed alone go on from. */
const NOTES = ['customer_change', 'left_out', 'plan_state'];

/**
 * Keys that are not made again. Whatever writes to a copied table locks those that it refers to, and
 * what reads one of these as well locks it once more and harder: four requests in flight at a time were
 * in a deadlock nearly always. No run is ever deleted that has batches.
 */
const NOT_AGAIN: readonly string[] = ['batch_run_id_fkey'];

/**
 * Moves every table that is not yet where it belongs, in the caller's transaction: all of it is done,
 * or nothing. Whoever works on the tables waits meanwhile.
 *
 * @param options.shards how many parts the customer-keyed tables are cut into; it counts at the first
 *   time alone, since later tables are cut as the first ones are
 */
export async function distribute(
  client: ClientBase,
  layout: Layout,
  options: { readonly shards: number },
): Promise<void> {
  // Citus copies over one connection a machine, since tables here refer to one another.
  await client.query(`SET LOCAL citus.multi_shard_modify_mode TO 'sequential'`);
  await client.query(`SELECT set_config('citus.shard_count', $1, true)`, [String(options.shards)]);
  const reference = unplaced(layout, 'reference');
  const distributed = unplaced(layout, 'distributed').sort(
    (a, b) => Number(b === FIRST) - Number(a === FIRST),
  );
  const tables = [...reference, ...distributed];
  const foreignKeys = await runSql<{ name: string; table: string; definition: string }>(
    client,
    FOREIGN_KEYS,
    { tables },
  );
  for (const { table, name } of foreignKeys.rows) {
    await client.query(`ALTER TABLE ${quoted(table)} DROP CONSTRAINT ${quoted(name)}`);
  }
  // Citus has no triggers on such tables; without those that note changes, plans look at everybody,
  // and what the last ones noted is of no use any more.
  const triggers = await runSql<{ name: string; table: string }>(client, TRIGGERS, { tables });
  for (const { table, name } of triggers.rows) {
    await client.query(`DROP TRIGGER ${quoted(name)} ON ${quoted(table)}`);
  }
  if (triggers.rows.length > 0) await client.query(`TRUNCATE ${NOTES.join(', ')}`);
  for (const table of reference) {
    await client.query('SELECT create_reference_table($1::regclass)', [quoted(table)]);
  }
  for (const table of distributed) {
    await client.query(
      `SELECT create_distributed_table($1::regclass, 'customer_id', colocate_with => $2)`,
      [quoted(table), table === FIRST ? 'none' : FIRST],
    );
  }
  // The rows that were copied are still here as well.
  for (const table of tables) {
    await client.query('SELECT truncate_local_data_after_distributing_table($1::regclass)', [
      quoted(table),
    ]);
  }
  for (const { table, name, definition } of foreignKeys.rows) {
    if (NOT_AGAIN.includes(name)) continue;
    await client.query(`ALTER TABLE ${quoted(table)} ADD CONSTRAINT ${quoted(name)} ${definition}`);
  }
  for (const name of layout.functions) {
    await client.query('SELECT create_distributed_function($1::regprocedure)', [name]);
  }
  await applySettings(client);
}

/** Whether something has yet to be moved. */
export function isOutstanding({ tables, functions }: Layout): boolean {
  return functions.length > 0 || tables.some(({ placed }) => !placed);
}

/**
 * One connection a machine and transaction: where a run writes customers' tables over several, Citus
 * refuses to read them together with small tables that it wrote as well. Instead of that, Citus by
 * itself goes through the machines one by one in any transaction that writes a table which others
 * refer to, for fear of foreign keys from distributed tables; there are none here.
 */
const SETTINGS = {
  'citus.max_adaptive_executor_pool_size': '1',
  'citus.enforce_foreign_key_restrictions': 'off',
} as const;

/** For every connection from now on. */
async function applySettings(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ name: string }>('SELECT current_database() AS name');
  const database = quoted(rows[0]?.name ?? '');
  for (const [setting, value] of Object.entries(SETTINGS)) {
    await client.query(`ALTER DATABASE ${database} SET ${setting} TO ${value}`);
  }
}

function unplaced(layout: Layout, placement: Placement): string[] {
  return layout.tables
    .filter((table) => table.placement === placement && !table.placed)
    .map(({ name }) => name);
}

function quoted(name: string): string {
  return pg.escapeIdentifier(name);
}
