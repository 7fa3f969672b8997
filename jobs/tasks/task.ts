/** What every task is: a job of the queue, done by a service. */
import type { ServiceContext } from '../../src/services/context.ts';
import type { JobData, JobName } from '../queue.ts';

export type Task<Name extends JobName> = (
  context: ServiceContext,
  data: JobData<Name>,
) => Promise<void>;
