/** The platforms' time where it runs: the machine's, set ahead, and still so after a restart. */
import { z } from 'zod';
import type { Journal, SandboxClock } from './emulator.ts';

/** Under which the journal keeps moves of the clock; no platform is called so. */
const PLATFORM = '_clock';
const Moved = z.object({ at: z.iso.datetime(), aheadMs: z.number() });

/**
 * The machine's time, which can be set ahead. It starts as far ahead as its last move in the
 * journal left it, and never before the moment it was moved to, wherever the machine's time is by
 * now: what a platform remembers does not lie in its future.
 */
export function runningClock(machine: { now(): Date }, journal: Journal): SandboxClock {
  const real = (): number => machine.now().getTime();
  let aheadMs = 0;
  for (const event of journal.replay(PLATFORM)) {
    const moved = Moved.parse(event);
    aheadMs = Math.max(moved.aheadMs, Date.parse(moved.at) - real());
  }
  const move = (ms: number): void => {
    const at = new Date(real() + aheadMs + ms).toISOString();
    journal.append(PLATFORM, { type: 'moved', at, aheadMs: aheadMs + ms });
    aheadMs += ms;
  };
  return {
    now: () => new Date(real() + aheadMs),
    advance: move,
    set: (at) => move(at.getTime() - real() - aheadMs),
  };
}
