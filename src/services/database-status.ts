/** Which migrations the database has, and which it lacks. */
import { migrationStatus } from '../../prisma/migrate.ts';
import type { MigrationStatus } from '../../prisma/migrate.ts';
import { onConnection } from '../infra/db.ts';
import type { Db } from '../infra/db.ts';

export async function databaseStatus(db: Db): Promise<MigrationStatus> {
  return onConnection(db, migrationStatus);
}
