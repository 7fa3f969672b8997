/** What Rekindle does by itself, and how often; each is a file of jobs/tasks. */
import type { JobName } from '../../../jobs/queue.ts';

/** In the zone of REKINDLE_TIMEZONE. Odd minutes, so that they meet few schedules of people. */
export const CHORES: readonly {
  readonly job: Exclude<JobName, 'run-sync' | 'refresh-segment'>;
  readonly line: string;
}[] = [
  { job: 'settle', line: '* * * * *' },
  { job: 'erase', line: '*/15 * * * *' },
  { job: 'alert', line: '* * * * *' },
  { job: 'poll-match', line: '17 * * * *' },
  { job: 'expire', line: '23 * * * *' },
  { job: 'compute-lift', line: '41 4 * * *' },
  { job: 'purge', line: '11 5 * * *' },
];
