/** Long rows of random numbers under one key, and the distributions that are drawn from them. */
import { hash } from 'node:crypto';
import { keyOf } from './random.ts';

/** The next number of a row, in [0, 1). */
export type Stream = () => number;

/**
 * A row of numbers that depends on seed and key alone. Some fifty times as fast as one hash a
 * number: Doty-Humphrey's generator sfc32 (PractRand), seeded with 128 bits of a SHA-256.
 */
export function stream(seed: string, ...parts: readonly string[]): Stream {
  const state = hash('sha256', keyOf([seed, ...parts]), 'buffer');
  let a = state.readInt32LE(0);
  let b = state.readInt32LE(4);
  let c = state.readInt32LE(8);
  let counter = state.readInt32LE(12);
  return () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
}

/** Standard normal: Box and Muller (1958). */
export function normal(next: Stream): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

/** Exponential with the given mean. */
export function exponential(next: Stream, mean: number): number {
  return -mean * Math.log(1 - next());
}

/** Gamma with mean `shape`·`scale`: Marsaglia and Tsang (2000), with their boost below shape 1. */
export function gamma(next: Stream, shape: number, scale: number): number {
  if (shape < 1) {
    return gamma(next, shape + 1, scale) * (1 - next()) ** (1 / shape);
  }
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(next);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - next()) < 0.5 * x ** 2 + d - d * v + d * Math.log(v)) {
      return d * v * scale;
    }
  }
}

/** Beta, from two gammas. */
export function beta(next: Stream, a: number, b: number): number {
  const x = gamma(next, a, 1);
  return x / (x + gamma(next, b, 1));
}

/** Poisson with a small mean (work grows with it): Knuth's product of uniforms. */
export function poisson(next: Stream, mean: number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = next(); product > limit; product *= next()) count += 1;
  return count;
}
