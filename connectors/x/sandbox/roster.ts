/** Who is on one emulated list: records of the keys that came together as one user. */
import type { KindedKey } from '../../sandbox/population.ts';

/**
 * What a Delete takes off. `user`: the whole record of each user found by any key in it, as X's
 * guide says ("matched on any keys that were present when adding"). `digest`: the named keys
 * alone, so that the list reads as a plain set of keys.
 */
export type DeleteMatches = 'user' | 'digest';

/** An audience of customer data, or the account's do-not-reach list. */
export type ListKind = 'crm' | 'do-not-reach';

interface Entry {
  keys: readonly KindedKey[];
  from: number;
  until: number;
}

export interface Roster {
  /** Adds a user, or gives the user with exactly these keys a new span. Times in epoch ms. */
  update(keys: Iterable<KindedKey>, from: number, until: number): void;
  delete(keys: Iterable<KindedKey>, matches: DeleteMatches): void;
  /** The keys of the users whose span holds `now`, each once. */
  keysAt(now: number): KindedKey[];
  /** The first time after `now` at which a user comes or goes by the clock alone, if any. */
  nextChange(now: number): number | undefined;
}

export function roster(): Roster {
  const byValue = new Map<string, Set<Entry>>();

  const withdraw = (entry: Entry): void => {
    for (const { value } of entry.keys) {
      const entries = byValue.get(value);
      entries?.delete(entry);
      if (entries?.size === 0) byValue.delete(value);
    }
  };
  const enter = (entry: Entry): void => {
    for (const { value } of entry.keys) {
      const entries = byValue.get(value);
      if (entries === undefined) byValue.set(value, new Set([entry]));
      else entries.add(entry);
    }
  };
  const entriesOf = (key: KindedKey | undefined): Entry[] =>
    key === undefined
      ? []
      : [...(byValue.get(key.value) ?? [])].filter(({ keys }) =>
          keys.some((each) => isSame(each, key)),
        );

  return {
    update(keys, from, until) {
      const unique = inOrder(keys);
      const known = entriesOf(unique[0]).find((entry) => areSame(entry.keys, unique));
      if (known === undefined) enter({ keys: unique, from, until });
      else Object.assign(known, { keys: unique, from, until });
    },
    delete(keys, matches) {
      for (const key of keys) {
        for (const entry of entriesOf(key)) {
          withdraw(entry);
          const left = entry.keys.filter((each) => !isSame(each, key));
          if (matches === 'digest' && left.length > 0) enter({ ...entry, keys: left });
        }
      }
    },
    keysAt(now) {
      return [...byValue].flatMap(([value, entries]) => {
        const present = [...entries].filter(({ from, until }) => from <= now && now < until);
        return inOrder(present.flatMap(({ keys }) => keys.filter((key) => key.value === value)));
      });
    },
    nextChange(now) {
      let next = Infinity;
      for (const entries of byValue.values()) {
        for (const { from, until } of entries) {
          if (from > now) next = Math.min(next, from);
          if (until > now) next = Math.min(next, until);
        }
      }
      return next === Infinity ? undefined : next;
    },
  };
}

/** The same value may be two keys of two kinds; of one from a journal without kinds nobody knows. */
function isSame(one: KindedKey, other: KindedKey): boolean {
  if (one.value !== other.value) return false;
  return one.kind === other.kind || one.kind === undefined || other.kind === undefined;
}

function areSame(some: readonly KindedKey[], others: readonly KindedKey[]): boolean {
  return (
    some.length === others.length &&
    some.every((key, position) => {
      const other = others[position];
      return other !== undefined && isSame(key, other);
    })
  );
}

/** Keys in one order always, each once; of the same value, those without a kind come last. */
function inOrder(keys: Iterable<KindedKey>): KindedKey[] {
  const order = (one: string, other: string) => (one < other ? -1 : Number(one > other));
  const sorted = [...keys].toSorted(
    (one, other) => order(one.value, other.value) || order(one.kind ?? '~', other.kind ?? '~'),
  );
  return sorted.filter((key, position) => {
    const before = sorted[position - 1];
    return before === undefined || !isSame(before, key);
  });
}
