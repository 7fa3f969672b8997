/** Asks about batches whose outcome the platform promised for later. */
import { ConnectorFailure } from '../../connectors/connector.ts';
import type { Connector, ConnectorContext } from '../../connectors/connector.ts';
import type { Clock } from '../infra/clock.ts';
import type { Db } from '../infra/db.ts';
import type { Budgets } from './budget.ts';
import { recordOutcome } from './batches.ts';
import { outcomeOfReceipt } from './outcome.ts';

/** Gives how many batches of the audience are still pending afterwards. */
export async function settlePending(
  audienceId: string,
  options: {
    readonly db: Db;
    readonly connector: Connector;
    readonly context: ConnectorContext;
    readonly budgets: Budgets;
    readonly clock: Clock;
  },
): Promise<number> {
  const { db, connector, context, budgets, clock } = options;
  const pending = await db.prisma.batch.findMany({
    where: { audienceId, state: 'pending', requestId: { not: null } },
    orderBy: { id: 'asc' },
    select: { id: true, requestId: true, rows: true, operation: true },
  });
  if (connector.settle === undefined) return pending.length;
  const settle = connector.settle.bind(connector);
  const budget = budgets.of(connector, context);
  let waiting = 0;
  for (const batch of pending) {
    if (batch.requestId === null) continue;
    const asked = {
      requestId: batch.requestId,
      rows: batch.rows,
      operation: batch.operation === 'remove' ? ('remove' as const) : ('add' as const),
    };
    try {
      const receipt = await budget.spend(() => settle(context, asked));
      if (receipt.state === 'pending') waiting += 1;
      else await recordOutcome(db, batch.id, outcomeOfReceipt(receipt), clock.now());
    } catch (error) {
      // The batch stays pending and is asked about again next time; whatever else the account
      // has, the caller's own requests will say.
      if (!(error instanceof ConnectorFailure)) throw error;
      waiting += 1;
    }
  }
  return waiting;
}
