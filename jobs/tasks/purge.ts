import { purgeOld } from '../../src/services/purge.ts';
import type { Task } from './task.ts';

/** Deletes what is kept no longer. */
export const purge: Task<'purge'> = async (context) => {
  await purgeOld(context);
};
