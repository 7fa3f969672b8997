/** The parts of a sandbox world in memory: a settable clock, a population, and a journal. */
import type { Journal, JournalEvent, Population, SandboxClock, SandboxWorld } from './emulator.ts';

/** A clock that starts at `at` and moves only when told. */
export function sandboxClock(at: Date): SandboxClock {
  let now = at.getTime();
  return {
    now: () => new Date(now),
    advance(ms) {
      now += ms;
    },
    set(next) {
      now = next.getTime();
    },
  };
}

/** A journal that is gone with the process. */
export function memoryJournal(): Journal {
  const events: { platform: string; event: JournalEvent }[] = [];
  return {
    append(platform, event) {
      events.push({ platform, event });
    },
    *replay(platform) {
      for (const entry of events) if (entry.platform === platform) yield entry.event;
    },
  };
}

/** A population that grows; one key leads to at most one user per platform, the first. */
export interface RegisteredPopulation extends Population {
  register(platform: string, user: string, keys: readonly string[]): void;
}

/** A population of those who were registered, and nobody else. */
export function population(): RegisteredPopulation {
  const users = new Map<string, Map<string, string>>();
  return {
    find: (platform, key) => users.get(platform)?.get(key),
    register(platform, user, keys) {
      let known = users.get(platform);
      if (known === undefined) users.set(platform, (known = new Map()));
      for (const key of keys) if (!known.has(key)) known.set(key, user);
    },
  };
}

/** A world in memory with nobody in it, at the given time. For tests. */
export function emptyWorld(at: Date): SandboxWorld & { population: RegisteredPopulation } {
  return { clock: sandboxClock(at), journal: memoryJournal(), population: population() };
}
