/** `db migrate` and `db status`. */
import type { Command } from 'commander';
import { databaseStatus } from '../../services/database-status.ts';
import { migrateDatabase } from '../../services/migrate-database.ts';
import { command } from '../command.ts';

export function addDatabaseCommands(program: Command): void {
  const db = program.command('db').description('the database behind everything');

  db.command('migrate')
    .description('bring the tables up to this version')
    .action(() =>
      command(program, { migrated: false }, async ({ context }) => {
        const applied = await migrateDatabase(context.db);
        return {
          json: { applied },
          text:
            applied.length === 0
              ? 'The database is up to date.'
              : `Applied ${applied.length} migration(s): ${applied.join(', ')}.`,
        };
      }),
    );

  db.command('status')
    .description('which migrations the database has')
    .action(() =>
      command(program, { migrated: false }, async ({ context, config }) => {
        const status = await databaseStatus(context.db);
        const where = config.databaseUrl === undefined ? 'embedded' : 'DATABASE_URL';
        return {
          json: { database: where, ...status },
          text: `Database: ${where}. Applied: ${status.applied.join(', ') || 'none'}. Pending: ${status.pending.join(', ') || 'none'}.`,
          ok: status.pending.length === 0,
        };
      }),
    );
}
