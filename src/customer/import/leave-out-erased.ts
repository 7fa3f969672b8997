/** Whoever asked to be forgotten is not brought back by a later file. */
import type { ClientBase } from 'pg';

/**
 * Takes the staged lines of erased customers out again; gives their line numbers. The caller holds
 * the lock on customers, so that no erasure ends meanwhile.
 *
 * @param table the staging table, with `line` and `customer_id`
 */
export async function leaveOutErased(client: ClientBase, table: string): Promise<number[]> {
  const erasures = await client.query('SELECT 1 FROM erasure LIMIT 1');
  if (erasures.rowCount === 0) return [];
  const result = await client.query<{ line: string }>(
    `DELETE FROM ${table} AS staged
     USING setting, erasure
     WHERE setting.key = 'tombstone-salt'
       AND erasure.tombstone = tombstone(setting.value #>> '{}', staged.customer_id)
     RETURNING staged.line`,
  );
  return result.rows.map(({ line }) => Number(line)).sort((a, b) => a - b);
}
