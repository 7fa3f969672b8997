/** One of any number of workers on one database: takes jobs, minds the clock, ends in good order. */
import type { Clock } from '../src/infra/clock.ts';
import type { AlertSurroundings } from '../src/services/alert-channels.ts';
import type { ServiceContext } from '../src/services/context.ts';
import { stopWorking, workOn } from './queue.ts';
import type { Handlers } from './queue.ts';
import { mindTheClock } from './scheduler.ts';
import { alert } from './tasks/alert.ts';
import { computeLift } from './tasks/compute-lift.ts';
import { erase } from './tasks/erase.ts';
import { expire } from './tasks/expire.ts';
import { pollMatch } from './tasks/poll-match.ts';
import { purge } from './tasks/purge.ts';
import { refreshSegment } from './tasks/refresh-segment.ts';
import { runSync } from './tasks/run-sync.ts';
import { settle } from './tasks/settle.ts';

export interface WorkerOptions {
  /** Syncs that it runs at a time, of different ad accounts. */
  readonly runs: number;
  /** The machine's clock: how often it looks is no matter of what time it is. */
  readonly pace: Clock;
  /** The time by which schedules come round, the same for all workers. */
  readonly now: () => Promise<Date>;
  /** Longest time by which scheduled runs are held back, so that they do not start together. */
  readonly spreadSeconds: number;
  /** Where alerts go. */
  readonly alerts: AlertSurroundings;
}

/**
 * Works until the context's `stopping` aborts, then finishes the batches that are in flight and
 * leaves the rest of its runs to other workers. An abort of the context's `signal` cuts it off.
 */
export async function work(
  context: ServiceContext,
  { runs, pace, now, spreadSeconds, alerts }: WorkerOptions,
): Promise<void> {
  const { signal, stopping = signal } = context.surroundings;
  const ending = AbortSignal.any([signal, stopping]);
  await workOn(context.db, handlersOf(context, alerts), { runs });
  context.log.info({ runs }, 'the worker takes jobs');
  await mindTheClock(context, { ending, pace, now, spreadSeconds });
  context.log.info('the worker ends; what it leaves, others go on with');
  await stopWorking(context.db);
}

function handlersOf(context: ServiceContext, alerts: AlertSurroundings): Handlers {
  return {
    'run-sync': (data) => runSync(context, data),
    'refresh-segment': (data) => refreshSegment(context, data),
    settle: (data) => settle(context, data),
    'poll-match': (data) => pollMatch(context, data),
    'compute-lift': (data) => computeLift(context, data),
    erase: (data) => erase(context, data),
    expire: (data) => expire(context, data),
    alert: () => alert(context, alerts),
    purge: (data) => purge(context, data),
  };
}
