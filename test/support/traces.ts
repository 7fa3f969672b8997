/** Where in the database somebody is still named. */
import type { Db } from '../../src/infra/db.ts';

/** The tables of which any column holds the text, by name; the text of JSON and arrays included. */
export async function tracesOf({ pool }: Db, text: string): Promise<string[]> {
  const tables = await pool.query<{ looks: string }>(
    `SELECT string_agg(
       format('(SELECT %L AS name FROM %I AS row WHERE row::text ~ $1 LIMIT 1)', table_name, table_name),
       ' UNION ALL ' ORDER BY table_name
     ) AS looks
     FROM information_schema.tables
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
  );
  const [row] = tables.rows;
  if (row === undefined) throw new Error('A database without tables.');
  const hits = await pool.query<{ name: string }>(row.looks, [`(^|[^a-z0-9])${text}($|[^a-z0-9])`]);
  return hits.rows.map(({ name }) => name);
}
