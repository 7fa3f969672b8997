/**
 * Chance that anybody can recompute: every draw is a function of a seed and a key, so that it does
 * not depend on the order of the draws, on the machine or on the run.
 */
import { hash } from 'node:crypto';

/** A list that is never empty, so that picking from it always gives something. */
export type Choices<T> = readonly [T, ...T[]];

/** The draw of one thing that is decided by chance, in [0, 1). */
export type Draw = (what: string) => number;

/** A number in [0, 1): the first 48 bits of the SHA-256 of the seed and the parts of the key. */
export function chance(seed: string, ...parts: readonly string[]): number {
  return numberOf(keyOf([seed, ...parts]));
}

/** The draws of one thing of the world, a customer for example: each named by what it decides. */
export function drawer(seed: string, ...parts: readonly string[]): Draw {
  const key = keyOf([seed, ...parts]);
  return (what) => numberOf(key + keyOf([what]));
}

function numberOf(key: string): number {
  // Hex, since it is twice as fast as reading the bits from a buffer.
  return Number.parseInt(hash('sha256', key, 'hex').slice(0, 12), 16) / 2 ** 48;
}

/** The item at the place `draw` (in [0, 1)) of a list: each is as likely. */
export function pick<T>(items: Choices<T>, draw: number): T {
  return items[Math.floor(draw * items.length)] ?? items[0];
}

/** The item at the place `draw` (in [0, 1)) of a list whose items carry weights. */
export function pickWeighted<T>(items: Choices<readonly [T, number]>, draw: number): T {
  const total = items.reduce((sum, [, weight]) => sum + weight, 0);
  let left = draw * total;
  for (const [item, weight] of items) {
    left -= weight;
    if (left < 0) return item;
  }
  return items[0][0];
}

/** `count` decimal digits, the first ones of a draw. */
export function digits(count: number, draw: number): string {
  return String(Math.floor(draw * 10 ** count)).padStart(count, '0');
}

/** Parts with their lengths, so that ('ab', 'c') and ('a', 'bc') are two keys. */
export function keyOf(parts: readonly string[]): string {
  let key = '';
  for (const part of parts) key += `${part.length}:${part}`;
  return key;
}
