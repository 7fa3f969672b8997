/**
 * The score of an ad account on the Meta emulator: a read counts 1, a write 3, and one that has run
 * up too much is blocked for a while. Source: Marketing API "Rate Limiting", API-level scores.
 */
import type { SandboxClock } from '../../sandbox/emulator.ts';

/** Points that an ad account may have, and how long it is blocked above, by the app's access. */
const TIERS = {
  limited: { most: 60, blockMs: 300_000 },
  full: { most: 9000, blockMs: 60_000 },
} as const;
const READ = 1;
const WRITE = 3;

/** The time in which all points are gone. */
const DECAY_MS = 300_000;

export interface Score {
  /** Counts a call; false where the account is blocked, or is so by this call. */
  spend(isWrite: boolean): boolean;
}

/**
 * A score over the sandbox clock. A call to a blocked account begins the block anew, as calling
 * while throttled does on the platform. Not documented: that points go evenly, that every call
 * counts for the ad account, and whether a header tells of it, which none does here.
 */
export function accountScore(clock: SandboxClock, tier: keyof typeof TIERS): Score {
  const { most, blockMs } = TIERS[tier];
  let points = 0;
  let countedAt = clock.now().getTime();
  let blockedUntil = 0;
  return {
    spend(isWrite) {
      const now = clock.now().getTime();
      points = Math.max(0, points - ((now - countedAt) / DECAY_MS) * most);
      countedAt = now;
      const cost = isWrite ? WRITE : READ;
      if (now >= blockedUntil && points + cost <= most) {
        points += cost;
        return true;
      }
      blockedUntil = now + blockMs;
      return false;
    },
  };
}
