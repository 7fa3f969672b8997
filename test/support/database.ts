/** A fresh, migrated database of a test file's own. */
import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import type { Db } from '../../src/infra/db.ts';
import { openDb } from '../../src/infra/db.ts';
import { atTheEnd } from './at-the-end.ts';
import { TEMPLATE, databaseUrl } from './postgres.ts';

/** Clones the template; closed and dropped when the test file is through. */
export async function testDatabase(): Promise<Db> {
  return openDb(await testDatabaseUrl());
}

/** The address of such a database, for child processes. */
export async function testDatabaseUrl(): Promise<string> {
  const serverUrl = inject('postgresUrl');
  const name = `test_${randomBytes(8).toString('hex')}`;
  await onServer(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE} STRATEGY file_copy`);
  atTheEnd(() => onServer(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`));
  return databaseUrl(serverUrl, name);
}

/** The same database by the socket of its server. */
export function bySocket(url: string): string {
  const { username, password, port, pathname } = new URL(url);
  const folder = encodeURIComponent(inject('postgresSocket'));
  return `postgres://${username}:${password}@${folder}:${port}${pathname}`;
}

async function onServer(url: string, sql: string): Promise<void> {
  const admin = openDb(url, { maxConnections: 1 });
  try {
    await admin.pool.query(sql);
  } finally {
    await admin.close();
  }
}
