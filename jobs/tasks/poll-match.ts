import { pollMatches } from '../../src/services/poll-matches.ts';
import type { Task } from './task.ts';

/** Reads the match figures that are due. */
export const pollMatch: Task<'poll-match'> = async (context) => {
  await pollMatches(context);
};
