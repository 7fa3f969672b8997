/** Brings the database up to this version. */
import { migrate } from '../../prisma/migrate.ts';
import { onConnection } from '../infra/db.ts';
import type { Db } from '../infra/db.ts';

/** Gives the names of the migrations applied now. Before the first, there is no audit trail. */
export async function migrateDatabase(db: Db): Promise<string[]> {
  return onConnection(db, migrate);
}
