/** One after another, where a platform does not take changes to one thing at the same time. */
import type { ConnectorContext } from '../connector.ts';

/**
 * Does `work` once all that was asked for before under the same name has ended, well or not. Gives
 * what `work` gives and throws what it throws.
 */
export async function inTurn<T>(
  context: ConnectorContext,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  const last = context.memo('google.turns', () => new Map<string, Promise<unknown>>());
  const done = (last.get(name) ?? Promise.resolve()).then(work);
  const ended = Promise.allSettled([done]);
  last.set(name, ended);
  try {
    return await done;
  } finally {
    if (last.get(name) === ended) last.delete(name);
  }
}
