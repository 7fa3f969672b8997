/** `db migrate`, `db status` and `db distribute`. */
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { databaseStatus } from '../../services/database-status.ts';
import {
  distributeDatabase,
  planDistribution,
  undistributedTables,
} from '../../services/distribute-database.ts';
import { migrateDatabase } from '../../services/migrate-database.ts';
import { command } from '../command.ts';
import { describeDistribution, describePlacement, distributionJson } from '../distribution-text.ts';

export function addDatabaseCommands(program: Command): void {
  const db = program.command('db').description('the database behind everything');

  db.command('migrate')
    .description('bring the tables up to this version')
    .action(() =>
      command(program, { migrated: false }, async ({ context }) => {
        const applied = await migrateDatabase(context.db);
        const undistributed = await undistributedTables(context.db);
        const done =
          applied.length === 0
            ? 'The database is up to date.'
            : `Applied ${applied.length} migration(s): ${applied.join(', ')}.`;
        const next =
          undistributed.length === 0
            ? ''
            : ` It is a distributed one, and ${undistributed.join(', ')} not part of it yet: run db distribute --yes.`;
        return { json: { applied, undistributed }, text: `${done}${next}` };
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

  db.command('distribute')
    .description('take the database from one machine to those of a Citus coordinator')
    .option('--yes', 'do it; without, it shows what would be moved')
    .option('--shards <n>', 'parts to cut customers into, at the first time', parseShards, 32)
    .action((options: { yes?: boolean; shards: number }) =>
      command(program, {}, async ({ context }) => {
        if (options.yes !== true) {
          const layout = await planDistribution(context.db);
          return { json: distributionJson(layout, false), text: describePlacement(layout) };
        }
        const done = await distributeDatabase(context, { shards: options.shards });
        return { json: distributionJson(done, done.moved), text: describeDistribution(done) };
      }),
    );
}

/** Citus takes up to 64,000; a few for each core that there will ever be are enough. */
const MOST_SHARDS = 1024;

function parseShards(text: string): number {
  const shards = Number(text);
  if (!Number.isInteger(shards) || shards < 1 || shards > MOST_SHARDS) {
    throw new InvalidArgumentError(`Give a whole number from 1 to ${MOST_SHARDS}.`);
  }
  return shards;
}
