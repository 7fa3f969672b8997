import { pollMatches } from '../../src/services/poll-matches.ts';
import { readTokenEnds } from '../../src/services/read-token-ends.ts';
import { verifyDue } from '../../src/services/verify-due.ts';
import type { Task } from './task.ts';

/** Reads what platforms say by themselves: due match figures, lists as they are, when tokens end. */
export const pollMatch: Task<'poll-match'> = async (context) => {
  await pollMatches(context);
  await verifyDue(context);
  await readTokenEnds(context);
};
