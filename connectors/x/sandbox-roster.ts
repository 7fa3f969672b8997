/** Who is on one emulated audience: records of the digests that came together as one user. */

/**
 * What a Delete takes off. `user`: the whole record of each user found by any digest in it, as X's
 * guide says ("matched on any keys that were present when adding"). `digest`: the named digests
 * alone, so that the list reads as a plain set of digests.
 */
export type DeleteMatches = 'user' | 'digest';

interface Entry {
  digests: readonly string[];
  from: number;
  until: number;
}

export interface Roster {
  /** Adds a user, or gives the user with exactly these digests a new span. Times in epoch ms. */
  update(digests: readonly string[], from: number, until: number): void;
  delete(digests: readonly string[], matches: DeleteMatches): void;
  /** The digests of the users whose span holds `now`. */
  digestsAt(now: number): Set<string>;
  /** The first time after `now` at which a user comes or goes by the clock alone, if any. */
  nextChange(now: number): number | undefined;
}

export function roster(): Roster {
  const byDigest = new Map<string, Set<Entry>>();

  const withdraw = (entry: Entry): void => {
    for (const digest of entry.digests) {
      const entries = byDigest.get(digest);
      entries?.delete(entry);
      if (entries?.size === 0) byDigest.delete(digest);
    }
  };
  const enter = (entry: Entry): void => {
    for (const digest of entry.digests) {
      const entries = byDigest.get(digest);
      if (entries === undefined) byDigest.set(digest, new Set([entry]));
      else entries.add(entry);
    }
  };
  const entriesOf = (digest: string): Entry[] => [...(byDigest.get(digest) ?? [])];

  return {
    update(digests, from, until) {
      const unique = [...new Set(digests)].toSorted();
      const key = unique.join();
      const known = entriesOf(unique[0] ?? '').find((entry) => entry.digests.join() === key);
      if (known === undefined) enter({ digests: unique, from, until });
      else Object.assign(known, { from, until });
    },
    delete(digests, matches) {
      for (const digest of digests) {
        for (const entry of entriesOf(digest)) {
          withdraw(entry);
          const left = entry.digests.filter((each) => each !== digest);
          if (matches === 'digest' && left.length > 0) enter({ ...entry, digests: left });
        }
      }
    },
    digestsAt(now) {
      const digests = new Set<string>();
      for (const [digest, entries] of byDigest) {
        for (const entry of entries) {
          if (entry.from <= now && now < entry.until) digests.add(digest);
        }
      }
      return digests;
    },
    nextChange(now) {
      let next = Infinity;
      for (const entries of byDigest.values()) {
        for (const { from, until } of entries) {
          if (from > now) next = Math.min(next, from);
          if (until > now) next = Math.min(next, until);
        }
      }
      return next === Infinity ? undefined : next;
    },
  };
}
