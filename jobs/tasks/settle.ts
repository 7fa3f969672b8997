import { settleUploads } from '../../src/services/settle-uploads.ts';
import type { Task } from './task.ts';

/** Asks platforms about the uploads that are due to be asked about. */
export const settle: Task<'settle'> = async (context) => {
  await settleUploads(context, { leavesBusy: true });
};
