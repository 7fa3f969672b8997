/** The figures of the whole installation, for /metrics of any of its processes. */
import { queueDepths } from '../../jobs/queue.ts';
import type { QueueDepth } from '../../jobs/queue.ts';
import type { Family } from '../infra/metrics.ts';
import type { ServiceContext } from './context.ts';
import { readCounters } from './metrics/counters.ts';
import { readAccounts, readAlerts, readSyncs, readUnderWay } from './metrics/gauges.ts';

/**
 * Every family in a fixed order; `rekindle_database_up` is first, and alone where the database does
 * not answer. Counters are totals since the beginning: they stay when runs are deleted.
 */
export async function readMetrics({ db, surroundings, log }: ServiceContext): Promise<Family[]> {
  const now = surroundings.clock.now();
  try {
    const parts = await Promise.all([
      readCounters(db),
      readSyncs(db, now),
      readUnderWay(db),
      readAccounts(db, now),
      readAlerts(db),
      queueDepths(db).then(ofQueues),
    ]);
    return [databaseUp(1), ...parts.flat()];
  } catch (error) {
    log.error({ err: error }, 'the figures of the database could not be read');
    return [databaseUp(0)];
  }
}

function databaseUp(value: 0 | 1): Family {
  return {
    name: 'rekindle_database_up',
    type: 'gauge',
    help: 'Whether the database answered when these figures were asked for.',
    labels: [],
    samples: [{ labels: {}, value }],
  };
}

function ofQueues(depths: readonly QueueDepth[]): Family[] {
  return [
    {
      name: 'rekindle_queue_depth',
      type: 'gauge',
      help: 'Jobs of a queue, by state.',
      labels: ['queue', 'state'],
      samples: depths.map(({ queue, state, jobs }) => ({
        labels: { queue, state },
        value: jobs,
      })),
    },
  ];
}
