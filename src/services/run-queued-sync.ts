/** Runs a sync for a job of the queue. */
import { ConnectorFailure } from '../../connectors/connector.ts';
import { RekindleError } from '../errors.ts';
import { inTransaction } from '../infra/db.ts';
import { SIDE_TRIGGERS, recordUnmadeRun } from '../sync/index.ts';
import type { ServiceContext } from './context.ts';
import { runSync } from './run-sync.ts';
import { queueRun } from './schedule/queue-run.ts';

interface QueuedSync {
  readonly sync: string;
  readonly trigger: string;
}

/** What a run follows from that nobody stands behind: none of it starts a sync that is paused. */
const BY_ITSELF = /^(?:schedule:|refresh:|follow-up$|expiry$)/u;

/** What holds a sync and is no run, as an erasure does, is over by then or soon after. */
const HELD_SECONDS = 15;

/**
 * A run that cannot be made is written down: nobody is there to be told, and what heals by itself is
 * followed from there, later each time. Where another process runs the sync, that is the run that was
 * asked for; where it is held by something else, the job waits.
 */
export async function runQueuedSync(context: ServiceContext, input: QueuedSync): Promise<void> {
  const { db, surroundings, log } = context;
  const sync = await db.prisma.sync.findUnique({
    where: { id: input.sync },
    select: { name: true, pausedAt: true },
  });
  // Deleted since, or paused.
  if (sync === null || (sync.pausedAt !== null && BY_ITSELF.test(input.trigger))) return;
  const asOf = surroundings.clock.now();
  try {
    await runSync(context, { sync: sync.name, asOf, approved: false, trigger: input.trigger });
  } catch (error) {
    surroundings.signal.throwIfAborted();
    if (error instanceof RekindleError && error.code === 'run.in-progress') {
      await waitUnlessItRuns(context, input);
      return;
    }
    if (error instanceof RekindleError && error.code === 'lease.lost') {
      await leaveToOthers(context, input.sync, asOf, error);
      return;
    }
    log.error({ sync: sync.name, err: error }, 'a run could not be made');
    const cause =
      error instanceof RekindleError || error instanceof ConnectorFailure ? error : null;
    const { trigger } = input;
    // Not since it was tried: the run before may have been ended meanwhile.
    const now = surroundings.clock.now();
    await recordUnmadeRun(db, input.sync, { trigger, asOf, now, cause });
  }
}

/**
 * Others may hold the sync by now. A run that began since the job did is gone on with by whoever takes
 * it, and is no other because this process comes back; without one, the job is tried again.
 */
async function leaveToOthers(
  { db, log }: ServiceContext,
  syncId: string,
  since: Date,
  error: RekindleError,
): Promise<void> {
  const runs = await db.prisma.run.count({
    where: { syncId, startedAt: { gte: since }, ...OF_THE_SYNC },
  });
  if (runs === 0) throw error;
  log.warn({ sync: syncId, err: error }, 'a run was lost to another process');
}

/** No removal beside the sync, which would stand for a run that looks at its segment. */
const OF_THE_SYNC = { trigger: { notIn: [...SIDE_TRIGGERS] } };

/** A run that a person stopped is not what was asked for, either. */
async function waitUnlessItRuns({ db }: ServiceContext, input: QueuedSync): Promise<void> {
  const runs = await db.prisma.run.count({
    where: { syncId: input.sync, state: 'delivering', stop: null, ...OF_THE_SYNC },
  });
  if (runs > 0) return;
  const again = { syncId: input.sync, trigger: input.trigger, delaySeconds: HELD_SECONDS };
  await inTransaction(db, (client) => queueRun(db, client, again));
}
