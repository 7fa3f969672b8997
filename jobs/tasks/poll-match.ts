import { pollMatches } from '../../src/services/poll-matches.ts';
import { readTokenEnds } from '../../src/services/read-token-ends.ts';
import type { Task } from './task.ts';

/** Reads what platforms say by themselves: the match figures that are due, and when tokens end. */
export const pollMatch: Task<'poll-match'> = async (context) => {
  await pollMatches(context);
  await readTokenEnds(context);
};
