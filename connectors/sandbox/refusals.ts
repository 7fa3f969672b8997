/** The keys that platforms were told to refuse, kept in the journal and shown on the page. */
import { z } from 'zod';
import type { Emulator, SandboxWorld } from './emulator.ts';

export interface Refusals {
  /** From now on, and after a restart, the platform refuses rows with this key. */
  refuse(emulator: Emulator, key: string): void;
  /** The keys that a platform refuses, in the order they were given. */
  of(platform: string): readonly string[];
}

/** Under which the journal keeps them; no platform is called so. */
const PLATFORM = '_refused';
const Refused = z.object({ platform: z.string(), key: z.string() });

/** Tells the emulators what they were told before and do not remember by themselves. */
export function refusalsOf({ clock, journal }: SandboxWorld, emulators: readonly Emulator[]) {
  const byPlatform = new Map<string, Set<string>>();
  const note = ({ platform, key }: z.infer<typeof Refused>): void => {
    const keys = byPlatform.get(platform) ?? new Set();
    byPlatform.set(platform, keys.add(key));
  };
  for (const event of journal.replay(PLATFORM)) note(Refused.parse(event));
  for (const emulator of emulators) {
    const forgotten = new Set(byPlatform.get(emulator.platform));
    if (forgotten.size === 0) continue;
    for (const { type, key } of journal.replay(emulator.platform)) {
      if (type === 'key-refused' && typeof key === 'string') forgotten.delete(key);
    }
    for (const key of forgotten) emulator.refuseKey(key);
  }
  const refusals: Refusals = {
    refuse(emulator, key) {
      const { platform } = emulator;
      if (byPlatform.get(platform)?.has(key) === true) return;
      const at = clock.now().toISOString();
      journal.append(PLATFORM, { type: 'key-refused', at, platform, key });
      note({ platform, key });
      emulator.refuseKey(key);
    },
    of: (platform) => [...(byPlatform.get(platform) ?? [])],
  };
  return refusals;
}
