/** Who is on one emulated audience: records of the keys that came together as one user. */

/**
 * What a Delete takes off. `user`: the whole record of each user found by any key in it, as X's
 * guide says ("matched on any keys that were present when adding"). `digest`: the named keys
 * alone, so that the list reads as a plain set of keys.
 */
export type DeleteMatches = 'user' | 'digest';

interface Entry {
  keys: readonly string[];
  from: number;
  until: number;
}

export interface Roster {
  /** Adds a user, or gives the user with exactly these keys a new span. Times in epoch ms. */
  update(keys: readonly string[], from: number, until: number): void;
  delete(keys: readonly string[], matches: DeleteMatches): void;
  /** The keys of the users whose span holds `now`. */
  keysAt(now: number): Set<string>;
  /** The first time after `now` at which a user comes or goes by the clock alone, if any. */
  nextChange(now: number): number | undefined;
}

export function roster(): Roster {
  const byKey = new Map<string, Set<Entry>>();

  const withdraw = (entry: Entry): void => {
    for (const key of entry.keys) {
      const entries = byKey.get(key);
      entries?.delete(entry);
      if (entries?.size === 0) byKey.delete(key);
    }
  };
  const enter = (entry: Entry): void => {
    for (const key of entry.keys) {
      const entries = byKey.get(key);
      if (entries === undefined) byKey.set(key, new Set([entry]));
      else entries.add(entry);
    }
  };
  const entriesOf = (key: string): Entry[] => [...(byKey.get(key) ?? [])];

  return {
    update(keys, from, until) {
      const unique = [...new Set(keys)].toSorted();
      // Plain ids may hold any sign, so that joining by one would mix up different lists.
      const all = JSON.stringify(unique);
      const known = entriesOf(unique[0] ?? '').find((entry) => JSON.stringify(entry.keys) === all);
      if (known === undefined) enter({ keys: unique, from, until });
      else Object.assign(known, { from, until });
    },
    delete(keys, matches) {
      for (const key of keys) {
        for (const entry of entriesOf(key)) {
          withdraw(entry);
          const left = entry.keys.filter((each) => each !== key);
          if (matches === 'digest' && left.length > 0) enter({ ...entry, keys: left });
        }
      }
    },
    keysAt(now) {
      const keys = new Set<string>();
      for (const [key, entries] of byKey) {
        for (const entry of entries) {
          if (entry.from <= now && now < entry.until) keys.add(key);
        }
      }
      return keys;
    },
    nextChange(now) {
      let next = Infinity;
      for (const entries of byKey.values()) {
        for (const { from, until } of entries) {
          if (from > now) next = Math.min(next, from);
          if (until > now) next = Math.min(next, until);
        }
      }
      return next === Infinity ? undefined : next;
    },
  };
}
