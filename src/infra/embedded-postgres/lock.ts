import { setTimeout as sleep } from 'node:timers/promises';
import { embeddedFailure } from './failure.ts';
import { hide, presentIn, show } from './presence.ts';

const WAIT_MILLISECONDS = 30_000;

/**
 * Runs `work` while no other process (nor another call in this one) runs its own under the same
 * folder.
 *
 * Who wants the lock shows itself in the folder first and looks around second: alone, it holds the
 * lock; not alone, it steps back and tries again. Of two that come at once the later always sees
 * the earlier, so never both hold it, and a killed holder needs no take-over: its file counts no
 * longer. (Deleting a stale O_EXCL lock file would race with its next owner.)
 *
 * @throws RekindleError `database.embedded` naming the holder's pid after 30 s of waiting.
 */
export async function withLock<T>(
  folder: string,
  work: () => Promise<T>,
  waitMilliseconds: number = WAIT_MILLISECONDS,
): Promise<T> {
  const own = await take(folder, performance.now() + waitMilliseconds);
  try {
    return await work();
  } finally {
    await hide(folder, own);
  }
}

async function take(folder: string, deadline: number): Promise<string> {
  for (;;) {
    let [holder] = await presentIn(folder);
    if (holder === undefined) {
      const own = await show(folder);
      holder = (await presentIn(folder)).find((present) => present.name !== own);
      if (holder === undefined) return own;
      await hide(folder, own);
    }
    if (performance.now() > deadline) {
      throw embeddedFailure(
        `Process ${holder.pid} is still starting or stopping the embedded database. ` +
          `Wait for it or end it, then try again. (It holds ${folder}.)`,
      );
    }
    await sleep(15 + Math.random() * 45);
  }
}
