/** One run per sync at a time, whichever process asks. */
import type { Db } from '../infra/db.ts';
import { lockConnection } from '../infra/db.ts';
import { whileHoldingSync } from '../infra/locks.ts';
import { RekindleError } from '../errors.ts';
import { loadSync } from './sync.ts';
import type { Sync } from './sync.ts';

/**
 * Holds the sync of a name for the length of `work`, which gets it as it is configured then.
 *
 * @throws RekindleError `not-found`; `run.in-progress` when another process holds it.
 */
export async function exclusively<T>(
  db: Db,
  name: string,
  work: (sync: Sync) => Promise<T>,
): Promise<T> {
  const { id } = await loadSync(db, name);
  const client = await lockConnection(db);
  try {
    const held = await whileHoldingSync(client, id, async () => work(await loadSync(db, name)));
    if (held !== null) return held.result;
  } finally {
    client.release();
  }
  throw new RekindleError(
    'run.in-progress',
    `A run of "${name}" is under way in another process. Wait for it to end; rekindle runs shows it.`,
  );
}
