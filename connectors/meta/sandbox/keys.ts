/** The keys on a list of the Meta emulator, kept apart by kind: one value may be two keys. */
import type { KeyKind } from '../../../src/identity/types.ts';
import { keysIn } from '../../sandbox/population.ts';
import type { KindedKey, StoredKeys } from '../../sandbox/population.ts';

/** A key from a journal without kinds stands for its value under any kind, until it comes with one. */
export interface KeySet extends Iterable<KindedKey> {
  readonly size: number;
  has(key: KindedKey): boolean;
  add(key: KindedKey): void;
  delete(key: KindedKey): void;
  clear(): void;
}

/** A set of these keys. */
export function keySet(...all: readonly StoredKeys[]): KeySet {
  const byKind = new Map<KeyKind | undefined, Set<string>>();
  const valuesOf = (kind: KeyKind | undefined): Set<string> => {
    const known = byKind.get(kind) ?? new Set();
    byKind.set(kind, known);
    return known;
  };
  const set: KeySet = {
    get size() {
      return [...byKind.values()].reduce((sum, values) => sum + values.size, 0);
    },
    has: ({ kind, value }) => valuesOf(kind).has(value) || valuesOf(undefined).has(value),
    add({ kind, value }) {
      valuesOf(undefined).delete(value);
      valuesOf(kind).add(value);
    },
    delete({ kind, value }) {
      valuesOf(undefined).delete(value);
      valuesOf(kind).delete(value);
    },
    clear: () => byKind.clear(),
    *[Symbol.iterator]() {
      for (const [kind, values] of byKind) for (const value of values) yield { kind, value };
    },
  };
  for (const key of keysIn(...all)) set.add(key);
  return set;
}
