/** Runs a sync for a job of the queue. */
import { ConnectorFailure } from '../../connectors/connector.ts';
import { RekindleError } from '../errors.ts';
import { recordFailedRun } from '../sync/index.ts';
import type { ServiceContext } from './context.ts';
import { runSync } from './run-sync.ts';

/**
 * A run that cannot even begin, for want of a secret, say, is written down as a failed one: nobody
 * is there to be told. Where another process has the sync, that is the run that was asked for.
 */
export async function runQueuedSync(
  context: ServiceContext,
  input: { readonly sync: string; readonly trigger: string },
): Promise<void> {
  const { db, surroundings, log } = context;
  const sync = await db.prisma.sync.findUnique({
    where: { id: input.sync },
    select: { name: true },
  });
  // Deleted since.
  if (sync === null) return;
  const asOf = surroundings.clock.now();
  try {
    await runSync(context, { sync: sync.name, asOf, approved: false, trigger: input.trigger });
  } catch (error) {
    surroundings.signal.throwIfAborted();
    const isKnown = error instanceof RekindleError || error instanceof ConnectorFailure;
    if (!isKnown || error.healsItself) {
      log.warn({ sync: sync.name, err: error }, 'a run could not be made now');
      throw error;
    }
    const { code, message } = error;
    log.error({ sync: sync.name, code, message }, 'a run could not be made');
    await recordFailedRun(db, input.sync, { trigger: input.trigger, now: asOf, error });
  }
}
