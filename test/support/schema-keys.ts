/** DESIGN §4: a database that can leave one machine. Says of each table what is against that. */
import type { ClientBase } from 'pg';
import { LOCAL_TABLES, placementOf, readTables } from '../../src/infra/citus/index.ts';

/** Small tables where customer_id is a mere value: some of the rows are about one person. */
const NAMES_A_CUSTOMER: readonly string[] = [
  // Few, and read by every part of a run.
  'suppression',
  // One row a request, of people who are being forgotten.
  'erasure',
];

interface Key {
  readonly table: string;
  readonly name: string;
  readonly columns: string[];
}

interface Reference {
  readonly table: string;
  readonly name: string;
  readonly columns: string[];
  readonly target: string;
  readonly target_columns: string[];
}

/** One sentence an offence, with what to do; none where all is well. */
export async function schemaOffences(client: ClientBase): Promise<string[]> {
  const tables = await readTables(client);
  const place = new Map(tables.map((table) => [table.name, placementOf(table)]));
  const isKeyed = (table: string): boolean => place.get(table) === 'distributed';
  const columns = await readCustomerColumns(client);
  const keys = await readKeys(client);
  const withPrimaryKey = new Set(
    keys.filter(({ name }) => name.endsWith('_pkey')).map((key) => key.table),
  );

  const stray = columns
    .filter((table) => !isKeyed(table) && !NAMES_A_CUSTOMER.includes(table))
    .map(
      (table) =>
        `Table "${table}" has a customer_id outside its primary key. Where it grows with the customers, put customer_id into its primary key and into every unique one; where it stays small, name it in NAMES_A_CUSTOMER with the reason.`,
    );
  const keyless = [...place.keys()]
    .filter((table) => !withPrimaryKey.has(table))
    .map(
      (table) =>
        `Table "${table}" has no primary key named ${table}_pkey. Give it one: with customer_id in it where it grows with the customers, without where it stays small.`,
    );
  const loose = keys
    .filter(({ table, columns: named }) => isKeyed(table) && !named.includes('customer_id'))
    .map(
      ({ table, name }) =>
        `The unique key "${name}" of "${table}" lacks customer_id, so several machines could not keep it. Add customer_id to it, or keep what it guards in a small table.`,
    );
  const across = (await readReferences(client)).flatMap((reference) => offenceOf(reference, place));
  const forgotten = LOCAL_TABLES.filter((table) => !place.has(table)).map(
    (table) => `LOCAL_TABLES names "${table}", which no migration makes. Take it out.`,
  );
  return [...stray, ...keyless, ...loose, ...across, ...forgotten];
}

function offenceOf(
  { table, name, columns, target, target_columns }: Reference,
  place: ReadonlyMap<string, string>,
): string[] {
  const [from, to] = [place.get(table), place.get(target)];
  if (from === 'distributed' && to === 'distributed') {
    const along = columns.indexOf('customer_id');
    return along >= 0 && target_columns[along] === 'customer_id'
      ? []
      : [
          `"${name}" leads from "${table}" to "${target}" by other columns than customer_id; both ends may be on different machines. Make customer_id part of it.`,
        ];
  }
  if (from === 'distributed' || to === 'distributed') {
    return [
      `"${name}" ties "${table}" to "${target}": customer-keyed and small tables must not refer to each other. Leave the foreign key out, and say in a comment what keeps the column right.`,
    ];
  }
  return from === 'reference' && to === 'local'
    ? [
        `"${name}" leads from "${table}", which is copied to every machine, to "${target}", which is not. Take "${target}" out of LOCAL_TABLES, or leave the foreign key out.`,
      ]
    : [];
}

async function readCustomerColumns(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ table: string }>(
    `SELECT c.table_name AS "table"
     FROM information_schema.columns c
     JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = 'public' AND c.column_name = 'customer_id' AND t.table_type = 'BASE TABLE'
     ORDER BY 1`,
  );
  return rows.map(({ table }) => table);
}

async function readKeys(client: ClientBase): Promise<readonly Key[]> {
  const { rows } = await client.query<Key>(
    `SELECT t.relname AS "table", k.relname AS name, array_agg(a.attname::text) AS columns
     FROM pg_index i
     JOIN pg_class t ON t.oid = i.indrelid
     JOIN pg_class k ON k.oid = i.indexrelid
     JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (i.indkey)
     WHERE t.relnamespace = 'public'::regnamespace AND i.indisunique
     GROUP BY 1, 2
     ORDER BY 1, 2`,
  );
  return rows;
}

async function readReferences(client: ClientBase): Promise<readonly Reference[]> {
  const named = (relation: string, numbers: string): string =>
    `ARRAY(
       SELECT a.attname::text
       FROM unnest(f.${numbers}) WITH ORDINALITY AS key (number, place)
       JOIN pg_attribute a ON a.attrelid = f.${relation} AND a.attnum = key.number
       ORDER BY key.place
     )`;
  const { rows } = await client.query<Reference>(
    `SELECT
       f.conrelid::regclass::text AS "table",
       f.conname AS name,
       ${named('conrelid', 'conkey')} AS columns,
       f.confrelid::regclass::text AS target,
       ${named('confrelid', 'confkey')} AS target_columns
     FROM pg_constraint f
     WHERE f.contype = 'f' AND f.connamespace = 'public'::regnamespace
     ORDER BY 1, 2`,
  );
  return rows;
}
