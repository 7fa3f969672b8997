/** One PostgreSQL for the whole test run, with a migrated template that each test file clones. */
import {
  accessSync,
  chmodSync,
  constants,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statfsSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../prisma/migrate.ts';
import { onConnection, openDb } from '../../src/infra/db.ts';
import { acquirePostgres } from '../../src/infra/embedded-postgres/index.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string;
    /** The folder of its socket, by which a statement costs less than over TCP. */
    postgresSocket: string;
  }
}

export const TEMPLATE = 'rekindle_template';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const home = mkdtempSync(join(place(), 'rekindle-test-'));
  // PostgreSQL runs as another user when the tests run as root, and has to get in.
  chmodSync(home, 0o755);
  const socket = join(home, 'socket');
  mkdirSync(socket);
  chmodSync(socket, 0o777);
  const server = await acquirePostgres({
    home,
    log: () => {},
    // Tests care about what is stored, not about surviving a power cut.
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      unix_socket_directories: socket,
    },
  });
  const admin = openDb(server.url);
  await admin.pool.query(`CREATE DATABASE ${TEMPLATE}`);
  await admin.close();
  const template = openDb(databaseUrl(server.url, TEMPLATE));
  await onConnection(template, migrate);
  await template.close();
  project.provide('postgresUrl', server.url);
  project.provide('postgresSocket', socket);
  return async () => {
    await server.release();
    rmSync(home, { recursive: true, force: true });
  };
}

/** Memory that looks like a disk, on Linux. */
const IN_MEMORY = '/dev/shm';
/** Bytes: all databases of all test files that run at once, several times over. */
const ENOUGH = 8e9;

/** Where the server's files lie: in memory a database is cloned in a fifth of the time. */
function place(): string {
  try {
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    accessSync(IN_MEMORY, constants.W_OK);
    return bavail * bsize >= ENOUGH ? IN_MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}

export function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
