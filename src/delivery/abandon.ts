/** The end of a run whose process died. */
import type { Audience, Batch } from '../../connectors/connector.ts';
import { readMembers } from '../membership/index.ts';
import { withAccount } from './account.ts';
import type { AccountOptions } from './account.ts';
import { recordOutcome } from './batches.ts';
import { outcomeOfReceipt } from './outcome.ts';
import { recover } from './send.ts';
import { ghostOf } from './settle.ts';
import { AccountWaits } from './wait.ts';

/**
 * Gives up the batches of a run whose process died: what was under way may have arrived, the rest
 * never left. Where the platform can tell what became of a batch, that is written down instead. The
 * next plan decides anew who is to be sent, since people may have said no since.
 */
export async function abandonBatches(
  run: { readonly id: bigint; readonly audienceId: string },
  options: AccountOptions,
): Promise<void> {
  const { db } = options;
  if (options.connector.recover !== undefined) await recoverBatches(run, options);
  await db.pool.query(
    `UPDATE batch SET state = 'lost', unknown = rows - rejected, ghost_until = $2
     WHERE run_id = $1 AND state = 'sending'`,
    [run.id, ghostOf(options.connector, options.clock.now())],
  );
}

async function recoverBatches(
  run: { readonly id: bigint; readonly audienceId: string },
  options: AccountOptions,
): Promise<void> {
  const { db, connector, clock } = options;
  const batches = await db.prisma.batch.findMany({
    where: { runId: run.id, state: 'sending' },
    orderBy: { seq: 'asc' },
    select: { id: true, operation: true },
  });
  const { name, remoteId } = await db.prisma.audience.findUniqueOrThrow({
    where: { id: run.audienceId },
    select: { name: true, remoteId: true },
  });
  if (remoteId === null || batches.length === 0) return;
  await withAccount(options, async (account) => {
    for (const { id, ...planned } of batches) {
      const operation: Batch['operation'] = planned.operation === 'remove' ? 'remove' : 'add';
      const rows = await readMembers(db.pool, { id, operation }, connector.limits.keysPerMember);
      const members = rows.map(({ member }) => member);
      const audience: Audience = { name, remoteId };
      const batch = { id, operation, audience, members };
      const receipt = await recover(account, options, batch).catch((error: unknown) => {
        // Batches that cannot be asked about now are lost: they are sent again, no more.
        if (error instanceof AccountWaits) return null;
        throw error;
      });
      if (receipt === null) continue;
      const refused = (receipt.state === 'final' ? (receipt.refused ?? []) : []).flatMap(
        ({ position, code }) => {
          const row = rows[position];
          return row === undefined ? [] : [{ customerId: row.customerId, code }];
        },
      );
      const at = clock.now();
      await recordOutcome(db, id, outcomeOfReceipt(receipt), { at, askAt: null, refused });
    }
  });
}
