/** The moment that a person asked for, where only the past can be looked at. */
import { RekindleError } from '../errors.ts';

const DAY_MS = 86_400_000;

/**
 * Today's date stands for its end, which has not come yet: then it is now.
 *
 * @param what what cannot be done about days to come, as the sentence begins
 * @throws RekindleError `input.invalid` for a day that is still to come.
 */
export function momentThatHasCome(asOf: Date, now: Date, what: string): Date {
  if (asOf.getTime() - now.getTime() > DAY_MS) {
    throw new RekindleError(
      'input.invalid',
      `${what} cannot be as of a day that is still to come.`,
    );
  }
  return asOf > now ? now : asOf;
}
