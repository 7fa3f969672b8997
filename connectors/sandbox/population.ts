/** Keys with their kinds, and a population drawn by chance that goes by them, the same each time. */
import { hash } from 'node:crypto';
import { z } from 'zod';
import { KEY_KINDS } from '../../src/identity/types.ts';
import type { KeyKind } from '../../src/identity/types.ts';
import type { Population } from './emulator.ts';
import { shareOf } from './share.ts';
import { population } from './world.ts';
import type { RegisteredPopulation } from './world.ts';

/** A key and what it is; a journal from before emulators kept kinds does not say what. */
export interface KindedKey {
  readonly value: string;
  readonly kind: KeyKind | undefined;
}

/** Keys as emulators keep them in journals: by kind, or a plain list in a journal without kinds. */
export const StoredKeys = z.union([
  z.partialRecord(z.enum(KEY_KINDS), z.array(z.string())),
  z.array(z.string()),
]);
export type StoredKeys = z.infer<typeof StoredKeys>;

/** Keys for a journal. */
export function storedKeys(
  keys: Iterable<{ readonly kind: KeyKind; readonly value: string }>,
): StoredKeys {
  const stored: { [Kind in KeyKind]?: string[] } = {};
  for (const { kind, value } of keys) (stored[kind] ??= []).push(value);
  return stored;
}

/** Every key of these, one by one. */
export function* keysIn(...all: readonly StoredKeys[]): Generator<KindedKey> {
  for (const stored of all) {
    if (Array.isArray(stored)) for (const value of stored) yield { value, kind: undefined };
    else {
      for (const kind of KEY_KINDS) for (const value of stored[kind] ?? []) yield { value, kind };
    }
  }
}

/** The platform's users to whom keys lead, each once. */
export function usersBehind(
  people: Population,
  platform: string,
  keys: Iterable<KindedKey>,
): Set<string> {
  const users = new Set<string>();
  for (const { value, kind } of keys) {
    const user = people.find(platform, value, kind);
    if (user !== undefined) users.add(user);
  }
  return users;
}

/** Share of keys that lead to a platform user, 0 to 1, by kind; `other` stands for the rest. */
export type MatchRates = { readonly [Kind in KeyKind]?: number } & { readonly other: number };

/** Made up: near what advertisers report of e-mails and phones, lower for everything else. */
export const MATCH_RATES: MatchRates = { email: 0.5, phone: 0.25, other: 0.2 };

/**
 * Whether a platform has a user for a key follows from seed, platform and key alone, so that it is
 * the same in every process; how often it has one is the rate of the key's kind. Each key found
 * so is a user of its own: an e-mail and a phone lead to one user only where `register` says it.
 */
export function seededPopulation(options: {
  readonly seed: string;
  readonly rates: MatchRates;
}): RegisteredPopulation {
  const { seed, rates } = options;
  const registered = population();
  return {
    register: (platform, user, keys) => registered.register(platform, user, keys),
    find(platform, key, kind) {
      const known = registered.find(platform, key);
      if (known !== undefined) return known;
      const rate = (kind === undefined ? undefined : rates[kind]) ?? rates.other;
      if (shareOf(seed, platform, key) >= rate) return undefined;
      return `${platform}:${hash('sha256', JSON.stringify([seed, 'user', platform, key]), 'hex').slice(0, 16)}`;
    },
  };
}

const Rates = z.partialRecord(
  z.enum([...KEY_KINDS, 'other']),
  z
    .string()
    .regex(/^\d*\.?\d+$/)
    .transform(Number)
    .pipe(z.number().max(1)),
);

/**
 * Reads rates as people write them, `email=0.6,phone=0.4`; what is not named keeps its default.
 * Gives the problem as a sentence where the text is none.
 */
export function readMatchRates(text: string): MatchRates | { readonly problem: string } {
  const pairs = text.split(',').map((pair) => pair.trim().split('='));
  const read = Rates.safeParse(Object.fromEntries(pairs));
  if (read.success && pairs.every(({ length }) => length === 2)) {
    return { ...MATCH_RATES, ...read.data };
  }
  return {
    problem: `Write it as email=0.6,phone=0.4: shares from 0 to 1 of ${KEY_KINDS.join(', ')} or other.`,
  };
}
