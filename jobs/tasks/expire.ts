import { runExpiring } from '../../src/services/run-expiring.ts';
import type { Task } from './task.ts';

/** Runs syncs whose members a platform would forget. */
export const expire: Task<'expire'> = async (context) => {
  await runExpiring(context);
};
