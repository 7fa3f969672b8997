/** Has a worker run a sync, without waiting for it. */
import { inTransaction } from '../infra/db.ts';
import { findSync } from '../sync/index.ts';
import { auditOn } from './audit.ts';
import type { ServiceContext } from './context.ts';
import { queueRun } from './schedule/queue-run.ts';

export interface RequestedRun {
  readonly sync: string;
  /** Whether a run was waiting for a worker already, which serves this request as well. */
  readonly joined: boolean;
}

/** @throws RekindleError `not-found` that lists the syncs there are. */
export async function requestRun(
  context: ServiceContext,
  input: { readonly sync: string },
): Promise<RequestedRun> {
  const { db, actor, surroundings } = context;
  const { id, name } = await findSync(db, input.sync);
  return inTransaction(db, async (client) => {
    const trigger = `${actor.kind}:${actor.name}`;
    const isNew = await queueRun(db, client, { syncId: id, trigger });
    await auditOn(client, actor, surroundings.clock.now(), {
      verb: 'request-run',
      objectKind: 'sync',
      objectName: name,
      after: { joined: !isNew },
    });
    return { sync: name, joined: !isNew };
  });
}
