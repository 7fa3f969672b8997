/** Which table goes where when the database leaves one machine, and what it is ready for. */
import type { ClientBase } from 'pg';
import { RekindleError } from '../../errors.ts';
import { loadSql, runSql } from '../sql.ts';

const TABLES = loadSql(import.meta.url, 'tables.sql');
const PLACED = loadSql(import.meta.url, 'placed.sql');
const FUNCTIONS = loadSql(import.meta.url, 'functions.sql');
const CLUSTER = loadSql(import.meta.url, 'cluster.sql');

/**
 * distributed: cut into shards by customer_id, all such tables alike, so that a person's rows are on
 * one machine; reference: a copy on every machine; local: on the coordinator alone.
 */
export type Placement = 'distributed' | 'reference' | 'local';

/**
 * Small tables that are never read together with customers, and are written too often for a change
 * on every machine. The queue is local too: its tables are in a schema of their own.
 */
export const LOCAL_TABLES: readonly string[] = [
  '_prisma_migrations',
  'account_budget',
  'alert',
  'alert_channel',
  'alert_delivery',
  'lease',
  'schedule_slot',
  'tally',
];

export interface TablePlacement {
  readonly name: string;
  readonly placement: Placement;
  /** Whether it is there already. */
  readonly placed: boolean;
}

export interface Layout {
  /** The extension's version. */
  readonly citus: string;
  /** Machines that hold shards. */
  readonly machines: number;
  readonly tables: readonly TablePlacement[];
  /** Functions of ours that the other machines lack. */
  readonly functions: readonly string[];
}

/** Where a table belongs: by its primary key, unless it is one of the local ones. */
export function placementOf(table: { readonly name: string; readonly keyed: boolean }): Placement {
  if (LOCAL_TABLES.includes(table.name)) return 'local';
  return table.keyed ? 'distributed' : 'reference';
}

/** Our tables by name, and whether customer_id is part of their primary key. */
export async function readTables(
  client: ClientBase,
): Promise<readonly { readonly name: string; readonly keyed: boolean }[]> {
  return (await runSql<{ name: string; keyed: boolean }>(client, TABLES)).rows;
}

/**
 * What distributing the database means: where each table belongs, and which is there already.
 *
 * @throws RekindleError `database.citus` where the database is no Citus coordinator's, or the
 *   coordinator lacks an address or machines.
 */
export async function readLayout(client: ClientBase): Promise<Layout> {
  const { citus, machines } = await readCluster(client);
  const placed = new Set(
    (await runSql<{ name: string }>(client, PLACED)).rows.map(({ name }) => name),
  );
  const functions = await runSql<{ name: string }>(client, FUNCTIONS);
  const tables = (await readTables(client)).map((table): TablePlacement => {
    const placement = placementOf(table);
    return {
      name: table.name,
      placement,
      placed: placement === 'local' || placed.has(table.name),
    };
  });
  return { citus, machines, tables, functions: functions.rows.map(({ name }) => name) };
}

/** Whether anything of ours is distributed already; false where there is no Citus. */
export async function isDistributed(client: ClientBase): Promise<boolean> {
  const found = await client.query(`SELECT 1 FROM pg_extension WHERE extname = 'citus'`);
  if (found.rowCount === 0) return false;
  return (await runSql(client, PLACED)).rowCount !== 0;
}

async function readCluster(client: ClientBase): Promise<{ citus: string; machines: number }> {
  const extension = await client.query<{ version: string }>(
    `SELECT extversion AS version FROM pg_extension WHERE extname = 'citus'`,
  );
  const citus = extension.rows[0]?.version;
  if (citus === undefined) {
    throw notReady(
      'This database does not have the Citus extension, so it cannot be distributed. Point DATABASE_URL at a database of a Citus coordinator where CREATE EXTENSION citus was run, or stay on one machine, where everything works as well.',
    );
  }
  const cluster = await runSql<{ coordinator: boolean; addressed: boolean; machines: number }>(
    client,
    CLUSTER,
  );
  const { coordinator = false, addressed = false, machines = 0 } = cluster.rows[0] ?? {};
  if (!coordinator) {
    throw notReady(
      'DATABASE_URL leads to a Citus worker. Point it at the coordinator, which alone may distribute tables.',
    );
  }
  if (!addressed) {
    throw notReady(
      'The Citus coordinator has no address that its workers know. Run SELECT citus_set_coordinator_host(ADDRESS, PORT) there first.',
    );
  }
  if (machines === 0) {
    throw notReady(
      'The Citus coordinator has no machine that holds shards. Run SELECT citus_add_node(ADDRESS, PORT) for each worker there first.',
    );
  }
  return { citus, machines };
}

function notReady(message: string): RekindleError {
  return new RekindleError('database.citus', message);
}
