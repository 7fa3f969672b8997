/** Every sync as ad operations look at it: when it runs, whether it may, and how it did last. */
import { z } from 'zod';
import { jobsUnderWay } from '../../jobs/queue.ts';
import { RUN_STATES, SIDE_TRIGGERS, nextSlot } from '../sync/index.ts';
import type { ServiceContext } from './context.ts';
import type { RunSummary } from './run-summary.ts';

export interface SyncState {
  readonly name: string;
  readonly segment: string;
  readonly destination: string;
  /** A cron line, `after-refresh` of its segment, or null for one that is run on demand. */
  readonly schedule: string | null;
  /** The zone of its schedule. */
  readonly timezone: string;
  /** When its schedule comes round; null for one without, and while it is paused. */
  readonly nextAt: Date | null;
  readonly pausedAt: Date | null;
  /** Whether a run waits in the queue, or a worker is at it. */
  readonly queued: boolean;
  /** The last run of its segment; null where it never ran. */
  readonly last: Pick<RunSummary, 'id' | 'state' | 'startedAt' | 'finishedAt'> | null;
}

/** By name. */
export async function listSyncs({ db, surroundings }: ServiceContext): Promise<SyncState[]> {
  const now = surroundings.clock.now();
  const rows = await db.prisma.sync.findMany({
    orderBy: { name: 'asc' },
    select: {
      id: true,
      name: true,
      schedule: true,
      timezone: true,
      pausedAt: true,
      segment: { select: { name: true } },
      destination: { select: { name: true } },
      runs: {
        where: { trigger: { notIn: [...SIDE_TRIGGERS] } },
        orderBy: { id: 'desc' },
        take: 1,
        select: { id: true, state: true, startedAt: true, finishedAt: true },
      },
    },
  });
  const jobs = await jobsUnderWay(db, 'run-sync');
  const queued = new Set(jobs.map(({ sync }) => sync));
  return rows.map(({ id, segment, destination, runs: [last], ...sync }) => ({
    ...sync,
    segment: segment.name,
    destination: destination.name,
    nextAt: nextAt(sync, now),
    queued: queued.has(id),
    last:
      last === undefined
        ? null
        : { ...last, id: String(last.id), state: z.enum(RUN_STATES).parse(last.state) },
  }));
}

function nextAt(
  { schedule, timezone, pausedAt }: Pick<SyncState, 'schedule' | 'timezone' | 'pausedAt'>,
  now: Date,
): Date | null {
  if (schedule === null || schedule === 'after-refresh' || pausedAt !== null) return null;
  return nextSlot(schedule, timezone, now);
}
