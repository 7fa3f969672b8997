/** The end of a run whose process died. */
import type { Audience, Batch } from '../../connectors/connector.ts';
import { loadSql, runSql } from '../infra/sql.ts';
import { readMembers } from '../membership/index.ts';
import { withAccount } from './account.ts';
import type { AccountOptions } from './account.ts';
import { recordOutcome } from './batches.ts';
import { outcomeEvent } from './events.ts';
import { outcomeOfReceipt } from './outcome.ts';
import { recover } from './send.ts';
import { ghostOf } from './settle.ts';
import { NotNow } from './wait.ts';

const LOSE_BATCHES = loadSql(import.meta.url, 'lose-batches.sql');

interface LostBatch {
  readonly id: string;
  readonly operation: Batch['operation'];
  readonly unknown: number;
}

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
  const lost = await runSql<LostBatch>(db.pool, LOSE_BATCHES, {
    run_id: run.id,
    ghost_until: ghostOf(options.connector, options.clock.now()),
  });
  for (const { id, operation, unknown } of lost.rows) {
    options.onEvent?.({
      kind: 'batch-failed',
      batch: BigInt(id),
      operation,
      state: 'lost',
      accepted: 0,
      rejected: 0,
      unknown,
      problem: null,
    });
  }
}

async function recoverBatches(
  run: { readonly id: bigint; readonly audienceId: string },
  options: AccountOptions,
): Promise<void> {
  const { db, connector, clock, onEvent } = options;
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
        if (error instanceof NotNow) return null;
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
      const outcome = outcomeOfReceipt(receipt);
      await recordOutcome(db, id, outcome, { at, askAt: null, refused });
      onEvent?.(outcomeEvent({ id, operation }, outcome));
    }
  });
}
