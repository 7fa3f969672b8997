import { refreshSegment as refresh } from '../../src/services/refresh-segment.ts';
import type { Task } from './task.ts';

/** Reckons a segment anew. */
export const refreshSegment: Task<'refresh-segment'> = async (context, { segment }) => {
  await refresh(context, { segment });
};
