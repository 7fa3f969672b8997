import { runQueuedSync } from '../../src/services/run-queued-sync.ts';
import type { Task } from './task.ts';

/** Runs a sync to its end. */
export const runSync: Task<'run-sync'> = (context, data) => runQueuedSync(context, data);
