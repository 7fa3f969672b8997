/** What a platform says of a list now, beside what the ledger has on it. */
import { z } from 'zod';
import type { ListReading } from '../../connectors/connector.ts';
import { withAccount } from '../delivery/index.ts';
import type { Budgets, ReadyConnector } from '../delivery/index.ts';
import type { Clock } from '../infra/clock.ts';
import type { Db } from '../infra/db.ts';
import { loadSql, runSql } from '../infra/sql.ts';
import { readAccepted } from './accepted.ts';
import type { OnAudience } from './accepted.ts';

const ON_LIST = loadSql(import.meta.url, 'on-list.sql');
const OnListRow = z.object({ most_keys: z.int() });
const REQUESTS = loadSql(import.meta.url, 'requests.sql');
const RequestsRow = z.object({
  last_sent_at: z.date().nullable(),
  added: z.int(),
  removed: z.int(),
});

export interface ListState extends OnAudience {
  readonly readAt: Date;
  readonly name: string;
  /** Null where no list was made yet; there is no reading then. */
  readonly remoteId: string | null;
  readonly reading: ListReading | null;
  /** The most keys that may be on the list by the ledger. */
  readonly mostKeys: number;
  /** When people were last sent to the list or taken off; null for never. */
  readonly lastSentAt: Date | null;
  /**
   * Rows of requests that the size may not show yet: additions that were answered for, and removals,
   * answered for or not.
   */
  readonly unshown: { readonly added: number; readonly removed: number };
}

/** @throws ConnectorFailure when the platform does not answer. */
export async function readListState(
  audienceId: string,
  options: {
    readonly db: Db;
    readonly ready: ReadyConnector;
    readonly budgets: Budgets;
    readonly clock: Clock;
  },
): Promise<ListState> {
  const { db, ready, budgets, clock } = options;
  const { name, remoteId } = await db.prisma.audience.findUniqueOrThrow({
    where: { id: audienceId },
    select: { name: true, remoteId: true },
  });
  const reading =
    remoteId === null
      ? null
      : await withAccount({ db, budgets, clock, ...ready }, ({ spend }) =>
          spend(() => ready.connector.readList(ready.context, { name, remoteId })),
        );
  const row = OnListRow.parse(
    (await runSql(db.pool, ON_LIST, { audience_id: audienceId })).rows[0],
  );
  const readAt = clock.now();
  const lagMs = reading?.there === true ? reading.sizeLagMs : 0;
  const since = new Date(readAt.getTime() - lagMs);
  const requests = await runSql(db.pool, REQUESTS, { audience_id: audienceId, since });
  const { last_sent_at: lastSentAt, ...unshown } = RequestsRow.parse(requests.rows[0]);
  return {
    readAt,
    name,
    remoteId,
    reading,
    ...(await readAccepted(db, audienceId)),
    mostKeys: row.most_keys,
    lastSentAt,
    unshown,
  };
}
