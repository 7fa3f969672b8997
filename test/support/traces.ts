/** Where in the database somebody is still named. */
import type { Db } from '../../src/infra/db.ts';

/** The tables of which any column holds the text, by name; the text of JSON and arrays included. */
export async function tracesOf({ pool }: Db, text: string): Promise<string[]> {
  const tables = await pool.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY table_name`,
  );
  const found: string[] = [];
  for (const { name } of tables.rows) {
    const hits = await pool.query(`SELECT 1 FROM "${name}" AS row WHERE row::text ~ $1 LIMIT 1`, [
      `(^|[^a-z0-9])${text}($|[^a-z0-9])`,
    ]);
    if (hits.rowCount !== 0) found.push(name);
  }
  return found;
}
