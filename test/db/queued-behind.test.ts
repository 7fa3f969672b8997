/** A job of the queue whose sync is held by somebody else: which of them stand for the run that it was for. */
import { describe, expect, it } from 'vitest';
import { isQueued } from '../../jobs/queue.ts';
import { inTransaction } from '../../src/infra/db.ts';
import { runQueuedSync } from '../../src/services/run-queued-sync.ts';
import { ERASURE_TRIGGER, OPT_OUT_TRIGGER } from '../../src/sync/index.ts';
import { whileHoldingSync } from '../support/hold-sync.ts';
import { NOW, everyoneTo, stage } from '../support/stage.ts';

/** Whether a job waits after one came that met such a run. */
async function waiting(run: { readonly trigger: string; readonly stop?: string } | null) {
  const on = await stage(NOW);
  await on.apply(everyoneTo('meta'));
  const { id: syncId } = await on.db.prisma.sync.findFirstOrThrow({ select: { id: true } });
  if (run !== null) {
    await on.db.prisma.run.create({
      data: { syncId, state: 'delivering', asOf: NOW, startedAt: NOW, ...run },
    });
  }
  await whileHoldingSync(on.db, syncId, () =>
    runQueuedSync(on.context, { sync: syncId, trigger: 'schedule:03:00' }),
  );
  return inTransaction(on.db, (client) => isQueued(on.db, client, 'run-sync', { sync: syncId }));
}

describe('a job waits', () => {
  it('for whoever holds the sync without a run, or takes one person off it', async () => {
    expect(await waiting(null)).toBe(true);
    expect(await waiting({ trigger: ERASURE_TRIGGER })).toBe(true);
    expect(await waiting({ trigger: OPT_OUT_TRIGGER })).toBe(true);
  });

  it('for a run that a person stopped', async () => {
    expect(await waiting({ trigger: 'cli:ito', stop: 'cancel' })).toBe(true);
  });

  it('for no run of the sync, which is the one that was asked for', async () => {
    expect(await waiting({ trigger: 'cli:ito' })).toBe(false);
  });
});
