/** Takes the database from one machine to the machines of a Citus coordinator. */
import { distribute, isDistributed, isOutstanding, readLayout } from '../infra/citus/index.ts';
import type { Layout } from '../infra/citus/index.ts';
import { inTransaction, onConnection } from '../infra/db.ts';
import type { Db } from '../infra/db.ts';
import { whileMigrating } from '../infra/locks.ts';
import { auditOn } from './audit.ts';
import type { ServiceContext } from './context.ts';

export interface Distribution extends Layout {
  /** Whether this call moved anything. */
  readonly moved: boolean;
}

/** What `distributeDatabase` would do; changes nothing. */
export async function planDistribution(db: Db): Promise<Layout> {
  return onConnection(db, readLayout);
}

/** Tables that a migration has made since the database was distributed; none where it is not. */
export async function undistributedTables(db: Db): Promise<readonly string[]> {
  return onConnection(db, async (client) => {
    if (!(await isDistributed(client))) return [];
    const { tables } = await readLayout(client);
    return tables.filter(({ placed }) => !placed).map(({ name }) => name);
  });
}

/**
 * Distributes every table that is not yet where it belongs, with its rows, in one transaction: the
 * customer-keyed ones by customer_id, the small ones to every machine. What is there already stays,
 * so it is called again after each `db migrate` that made tables.
 *
 * @throws RekindleError `database.citus` where the database is no Citus coordinator's, or the
 *   coordinator lacks an address or machines.
 */
export async function distributeDatabase(
  context: ServiceContext,
  options: { readonly shards: number },
): Promise<Distribution> {
  const { db, actor, surroundings } = context;
  // Migrations of another process must not make tables meanwhile.
  return onConnection(db, (holder) =>
    whileMigrating(holder, () =>
      inTransaction(db, async (client) => {
        const layout = await readLayout(client);
        if (!isOutstanding(layout)) return { ...layout, moved: false };
        await distribute(client, layout, options);
        const tables = layout.tables.filter(({ placed }) => !placed).map(({ name }) => name);
        await auditOn(client, actor, surroundings.clock.now(), {
          verb: 'distribute',
          objectKind: 'database',
          objectName: 'database',
          after: { machines: layout.machines, tables },
        });
        return { ...(await readLayout(client)), moved: true };
      }),
    ),
  );
}
