/** Looks at the clock and at what was left, every few seconds, in every worker. */
import type { Clock } from '../src/infra/clock.ts';
import { fireSchedules } from '../src/services/schedule/fire-schedules.ts';
import { tendRuns } from '../src/services/schedule/tend-runs.ts';
import type { ServiceContext } from '../src/services/context.ts';
import { superviseQueue } from './queue.ts';

/** Short enough for a dead worker's run to be gone on with half a minute later. */
const LOOK_MS = 2_000;

/**
 * Goes on until `ending` aborts. A look that fails is made again: the database may be away for a
 * moment.
 *
 * @param pace the machine's clock, whatever the context's says: others wait for it
 */
export async function mindTheClock(
  context: ServiceContext,
  {
    ending,
    pace,
    now,
    spreadSeconds,
  }: {
    readonly ending: AbortSignal;
    readonly pace: Clock;
    readonly now: () => Promise<Date>;
    readonly spreadSeconds: number;
  },
): Promise<void> {
  const looks = [
    ['queue', () => superviseQueue(context.db)],
    ['schedules', async () => fireSchedules(context, { now: await now(), spreadSeconds })],
    ['runs', () => tendRuns(context)],
  ] as const;
  while (!ending.aborted) {
    for (const [what, look] of looks) {
      try {
        await look();
      } catch (error) {
        if (!ending.aborted) context.log.warn({ err: error, what }, 'could not look; tries again');
      }
    }
    await pace.sleep(LOOK_MS, ending).catch(() => {});
  }
}
