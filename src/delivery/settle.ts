/** Asks about batches whose outcome the platform promised for later. */
import { ConnectorFailure } from '../../connectors/connector.ts';
import { recordOutcome } from './batches.ts';
import type { DeliveryOptions } from './deliver.ts';
import { outcomeOfReceipt } from './outcome.ts';

/** Writes down what the platform says by now; what it has not worked through stays pending. */
export async function settlePending(
  audienceId: string,
  options: Pick<DeliveryOptions, 'db' | 'connector' | 'context' | 'budgets' | 'clock'>,
): Promise<void> {
  const { db, connector, context, budgets, clock } = options;
  if (connector.settle === undefined) return;
  const settle = connector.settle.bind(connector);
  const pending = await db.prisma.batch.findMany({
    where: { audienceId, state: 'pending', requestId: { not: null } },
    orderBy: { id: 'asc' },
    select: { id: true, requestId: true, rows: true, operation: true },
  });
  const budget = budgets.of(connector, context);
  for (const batch of pending) {
    if (batch.requestId === null) continue;
    const asked = {
      requestId: batch.requestId,
      rows: batch.rows,
      operation: batch.operation === 'remove' ? ('remove' as const) : ('add' as const),
    };
    try {
      const receipt = await budget.spend(() => settle(context, asked));
      if (receipt.state === 'pending') continue;
      await recordOutcome(db, batch.id, outcomeOfReceipt(receipt), clock.now());
    } catch (error) {
      // The batch stays pending and is asked about again next time; whatever else the account
      // has, the caller's own requests will say.
      if (!(error instanceof ConnectorFailure)) throw error;
    }
  }
}
