import { randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { listMigrations, migrate, migrationStatus } from '../../prisma/migrate.ts';
import { onConnection, openDb } from '../../src/infra/db.ts';
import type { Db } from '../../src/infra/db.ts';
import { testDatabase } from '../support/database.ts';
import { databaseUrl } from '../support/postgres.ts';

const NAMES = listMigrations().map(({ name }) => name);

/** A database without a table. */
async function emptyDatabase(): Promise<Db> {
  const server = inject('postgresUrl');
  const name = `test_${randomBytes(8).toString('hex')}`;
  const admin = openDb(server, { maxConnections: 1 });
  await admin.pool.query(`CREATE DATABASE ${name}`);
  const db = openDb(databaseUrl(server, name));
  afterAll(async () => {
    await db.close();
    await admin.pool.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.close();
  });
  return db;
}

const run = (db: Db): Promise<string[]> => onConnection(db, migrate);
const status = (db: Db) => onConnection(db, migrationStatus);

async function tablesOf(db: Db): Promise<string[]> {
  const { rows } = await db.pool.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

describe('migrating', () => {
  it('makes the tables once, and changes nothing the second time', async () => {
    const db = await emptyDatabase();
    expect(await status(db)).toEqual({ applied: [], pending: NAMES });
    expect(await run(db)).toEqual(NAMES);
    const tables = await tablesOf(db);
    expect(tables).toContain('customer');
    expect(await status(db)).toEqual({ applied: NAMES, pending: [] });
    expect(await run(db)).toEqual([]);
    expect(await tablesOf(db)).toEqual(tables);
  });

  it('leaves an asked-for status without a trace in the database', async () => {
    const db = await emptyDatabase();
    await status(db);
    expect(await tablesOf(db)).toEqual([]);
  });

  it('is done by one of two that migrate at once', async () => {
    const db = await emptyDatabase();
    const [first, second] = await Promise.all([run(db), run(db)]);
    expect([...first, ...second]).toEqual(NAMES);
    const { rows } = await db.pool.query(`SELECT migration_name FROM "_prisma_migrations"`);
    expect(rows).toHaveLength(NAMES.length);
  });

  it('leaves nothing behind where a migration fails, and lets go of the lock', async () => {
    const db = await emptyDatabase();
    // The last table of the first migration is there already, so that it fails at its end.
    await db.pool.query('CREATE TABLE "audit" (id INTEGER)');
    await expect(run(db)).rejects.toMatchObject({
      code: 'database.migration',
      message: expect.stringMatching(new RegExp(`${NAMES[0]} failed and was rolled back.*audit`)),
    });
    expect(await tablesOf(db)).toEqual(['_prisma_migrations', 'audit']);
    await db.pool.query('DROP TABLE "audit"');
    expect(await run(db)).toEqual(NAMES);
  });
});

describe('what is written about migrations', () => {
  it('is what Prisma writes', async () => {
    const db = await emptyDatabase();
    await run(db);
    const { rows } = await db.pool.query<Record<string, unknown>>(
      'SELECT * FROM "_prisma_migrations" ORDER BY migration_name',
    );
    expect(rows.map((row) => row['migration_name'])).toEqual(NAMES);
    for (const [index, row] of rows.entries()) {
      expect(row).toEqual({
        id: expect.stringMatching(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u),
        checksum: listMigrations()[index]?.checksum,
        migration_name: NAMES[index],
        started_at: expect.any(Date),
        finished_at: expect.any(Date),
        applied_steps_count: 1,
        logs: null,
        rolled_back_at: null,
      });
    }
  });

  it('lies in Prisma’s own layout', () => {
    const folder = new URL('../../prisma/migrations/', import.meta.url);
    expect(readdirSync(folder)).toEqual([...NAMES, 'migration_lock.toml'].sort());
    expect(readFileSync(new URL('migration_lock.toml', folder), 'utf8')).toContain('"postgresql"');
    for (const name of NAMES) expect(name).toMatch(/^\d{14}_[a-z0-9_]+$/u);
  });
});

describe('a database that does not fit this version', () => {
  async function migrated(change: string): Promise<Db> {
    const db = await emptyDatabase();
    await run(db);
    await db.pool.query(change);
    return db;
  }

  it.each([
    [
      'was migrated by a file that has changed since',
      `UPDATE "_prisma_migrations" SET checksum = repeat('0', 64)`,
      /changed after it was applied.*Restore the file/u,
    ],
    [
      'has a migration of a later version',
      `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, finished_at)
       VALUES ('x', repeat('0', 64), '29991231000000_later', now())`,
      /29991231000000_later.*does not know.*newer version/u,
    ],
    [
      'has a migration that another tool left half-done',
      `UPDATE "_prisma_migrations" SET finished_at = NULL`,
      /not finished.*prisma migrate resolve/u,
    ],
  ])('is refused when it %s', async (_, change, says) => {
    const db = await migrated(change);
    const refusal = { code: 'database.migration', message: expect.stringMatching(says) };
    await expect(status(db)).rejects.toMatchObject(refusal);
    await expect(run(db)).rejects.toMatchObject(refusal);
  });

  it('is due again where Prisma marked a migration as rolled back', async () => {
    const db = await migrated(`UPDATE "_prisma_migrations" SET rolled_back_at = now()`);
    expect(await status(db)).toEqual({ applied: [], pending: NAMES });
  });
});

interface Column {
  readonly column: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly hasDefault: boolean;
}

interface Model {
  readonly name: string;
  readonly table: string;
  readonly columns: readonly Column[];
  /** Columns of each key and index, as `unique a,b`. */
  readonly keys: readonly string[];
}

const TYPES: Readonly<Record<string, string>> = {
  String: 'text',
  Int: 'integer',
  BigInt: 'bigint',
  Float: 'double precision',
  Boolean: 'boolean',
  Bytes: 'bytea',
  Json: 'jsonb',
};

/** What schema.prisma says of each table. */
function readModels(schema: string): Model[] {
  const blocks = [...schema.matchAll(/^model (\w+) \{\n([^}]*(?:\{\}[^}]*)*)^\}/gmu)];
  const names = new Set(blocks.map(([, name]) => name));
  return blocks.map(([, name = '', body = '']) => {
    const fields = [...body.matchAll(/^ {2}(\w+) +(\w+)(\[\]|\?)? *(.*)$/gmu)]
      .map(([, field = '', type = '', suffix = '', rest = '']) => ({ field, type, suffix, rest }))
      .filter(({ type }) => !names.has(type));
    const columnOf = (field: string): string => {
      const rest = fields.find((other) => other.field === field)?.rest ?? '';
      return /@map\("(\w+)"\)/u.exec(rest)?.[1] ?? field;
    };
    const together = [...body.matchAll(/^ {2}@@(id|unique|index)\(\[([^\]]*)\]/gmu)].map(
      ([, kind = '', list = '']) => `${kind} ${list.split(/, */u).map(columnOf).join(',')}`,
    );
    const single = fields.flatMap(({ field, rest }) =>
      [.../(?:^| )@(id|unique)\b/gu[Symbol.matchAll](rest)].map(
        ([, kind]) => `${kind} ${columnOf(field)}`,
      ),
    );
    return {
      name,
      table: /^ {2}@@map\("(\w+)"\)/mu.exec(body)?.[1] ?? name,
      columns: fields.map(({ field, type, suffix, rest }) => ({
        column: columnOf(field),
        type: `${columnType(type, rest)}${suffix === '[]' ? '[]' : ''}`,
        nullable: suffix === '?',
        hasDefault: rest.includes('@default('),
      })),
      keys: [...single, ...together].sort(),
    };
  });
}

function columnType(type: string, attributes: string): string {
  const [, native, size] = /@db\.(\w+)(?:\(([^)]*)\))?/u.exec(attributes) ?? [];
  if (native === 'Uuid') return 'uuid';
  if (native === 'Decimal') return `numeric(${size?.replaceAll(' ', '')})`;
  if (native === 'Timestamptz') return `timestamp(${size}) with time zone`;
  return TYPES[type] ?? `${type}, which this test does not know`;
}

async function readTable(db: Db, table: string): Promise<Pick<Model, 'columns' | 'keys'>> {
  const columns = await db.pool.query<Column>(
    `SELECT attname AS column, format_type(atttypid, atttypmod) AS type,
            NOT attnotnull AS nullable, atthasdef OR attidentity <> '' AS "hasDefault"
     FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped
     ORDER BY attnum`,
    [`"${table}"`],
  );
  const keys = await db.pool.query<{ key: string }>(
    `SELECT CASE WHEN indisprimary THEN 'id' WHEN indisunique THEN 'unique' ELSE 'index' END || ' ' ||
            (SELECT string_agg(attname, ',' ORDER BY n)
             FROM unnest(indkey::smallint[]) WITH ORDINALITY AS k (number, n)
             JOIN pg_attribute ON attrelid = indrelid AND attnum = k.number) AS key
     FROM pg_index WHERE indrelid = $1::regclass AND indpred IS NULL`,
    [`"${table}"`],
  );
  return { columns: columns.rows, keys: keys.rows.map(({ key }) => key).sort() };
}

describe('schema.prisma', () => {
  const models = readModels(
    readFileSync(new URL('../../prisma/schema.prisma', import.meta.url), 'utf8'),
  );
  let db: Db;
  beforeAll(async () => {
    db = await testDatabase();
    return () => db.close();
  });

  it('names every table that the migrations make, and no other', async () => {
    const tables = (await tablesOf(db)).filter((table) => table !== '_prisma_migrations');
    expect(models.map(({ table }) => table).sort()).toEqual(tables);
  });

  it.each(models)('says of $table what the migrations made', async ({ table, columns, keys }) => {
    expect(await readTable(db, table)).toEqual({ columns, keys });
  });

  it.each(models)('lets Prisma read every column of $table', async ({ name }) => {
    const model = `${name.charAt(0).toLowerCase()}${name.slice(1)}` as 'customer';
    await expect(db.prisma[model].findFirst()).resolves.toBeDefined();
  });
});
