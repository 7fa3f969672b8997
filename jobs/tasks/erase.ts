import { continueErasures } from '../../src/services/erase-customer.ts';
import type { Task } from './task.ts';

/** Goes on with erasures that wait for a platform. */
export const erase: Task<'erase'> = async (context) => {
  await continueErasures(context, { leavesBusy: true });
};
