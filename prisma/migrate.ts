/**
 * Applies the SQL migrations of `prisma/migrations` in order, and fills `_prisma_migrations` the
 * way Prisma does (checksum of the file, one row a migration), so that stock
 * `prisma migrate deploy` can take over. Prisma's own command needs a downloaded engine.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import type { PoolClient } from 'pg';
import { RekindleError } from '../src/errors.ts';
import { whileMigrating } from '../src/infra/locks.ts';

export interface Migration {
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, hex: what Prisma compares. */
  readonly checksum: string;
}

export interface MigrationStatus {
  readonly applied: readonly string[];
  readonly pending: readonly string[];
}

/** The migrations of this version, oldest first. */
export function listMigrations(): Migration[] {
  const folder = new URL('./migrations/', import.meta.url);
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const sql = readFileSync(new URL(`${name}/migration.sql`, folder), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });
}

/**
 * Which migrations the database has, and which it still needs.
 *
 * @throws RekindleError `database.migration` when an applied migration was edited since, failed
 *   half-way, or is unknown to this version.
 */
export async function migrationStatus(client: PoolClient): Promise<MigrationStatus> {
  const known = listMigrations();
  const applied = await readApplied(client);
  for (const row of applied) {
    const migration = known.find((candidate) => candidate.name === row.name);
    if (migration === undefined) {
      throw new RekindleError(
        'database.migration',
        `The database has the migration ${row.name}, which this version does not know. Use the newer version of Rekindle that made it.`,
      );
    }
    if (!row.finished) {
      throw new RekindleError(
        'database.migration',
        `The migration ${row.name} was started by another tool and not finished. Repair it there (prisma migrate resolve), then run db migrate again.`,
      );
    }
    if (migration.checksum !== row.checksum) {
      throw new RekindleError(
        'database.migration',
        `The migration ${row.name} was changed after it was applied. Restore the file; put new changes into a new migration.`,
      );
    }
  }
  const names = new Set(applied.map((row) => row.name));
  return {
    applied: applied.map((row) => row.name),
    pending: known.map((migration) => migration.name).filter((name) => !names.has(name)),
  };
}

/**
 * Brings the database up to this version. Each migration is one transaction with its record, so
 * that a killed process leaves it done or not begun; a lock keeps two processes from migrating at
 * once. Gives the names applied now.
 */
export async function migrate(client: PoolClient): Promise<string[]> {
  return whileMigrating(client, async () => {
    await client.query(CREATE_RECORD);
    const { pending } = await migrationStatus(client);
    const migrations = listMigrations().filter((migration) => pending.includes(migration.name));
    for (const migration of migrations) await apply(client, migration);
    return [...pending];
  });
}

async function apply(client: PoolClient, migration: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(migration.sql);
    await client.query(
      `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), now(), 1)`,
      [randomUUID(), migration.checksum, migration.name],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw new RekindleError(
      'database.migration',
      `The migration ${migration.name} failed and was rolled back: ${error instanceof Error ? error.message : 'unknown error'}.`,
      { cause: error },
    );
  }
}

async function readApplied(
  client: PoolClient,
): Promise<{ name: string; checksum: string; finished: boolean }[]> {
  const table = await client.query<{ found: string | null }>(
    `SELECT to_regclass('"_prisma_migrations"')::text AS found`,
  );
  if (typeof table.rows[0]?.found !== 'string') return [];
  const rows = await client.query<{ name: string; checksum: string; finished: boolean }>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
     FROM "_prisma_migrations" WHERE rolled_back_at IS NULL ORDER BY started_at, migration_name`,
  );
  return rows.rows;
}

/** The table as Prisma makes it. */
const CREATE_RECORD = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" VARCHAR(36) PRIMARY KEY NOT NULL,
  "checksum" VARCHAR(64) NOT NULL,
  "finished_at" TIMESTAMPTZ,
  "migration_name" VARCHAR(255) NOT NULL,
  "logs" TEXT,
  "rolled_back_at" TIMESTAMPTZ,
  "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
  "applied_steps_count" INTEGER NOT NULL DEFAULT 0
)`;
