/**
 * People packed into the bodies of X's users requests, as `push` does it: usual people, and those
 * with the most keys. At four times the people it takes four times as long, or it is not linear.
 */
import { packUsers } from '../connectors/x/pack.ts';
import { x } from '../connectors/x/index.ts';
import type { Member } from '../connectors/connector.ts';
import type { Digest } from '../src/identity/types.ts';

const PEOPLE = 100_000;
const LIMIT_MS = 2000;
const ROUNDS = 5;
const NOW = new Date('2026-11-01T00:00:00Z');

/** Prints milliseconds and rows a second for all bodies, and the bytes of the largest. */
export function benchXPack(print: (line: string) => void): void {
  print(
    `x-pack: people to bodies of at most ${x.limits.rows.toLocaleString('en')}, in rounds of ${ROUNDS}`,
  );
  const { keysPerKind } = x.limits;
  for (const [title, count, keys] of [
    ['an e-mail and a phone', PEOPLE, 1],
    ['the same, four times as many', 4 * PEOPLE, 1],
    ['the most keys', PEOPLE, keysPerKind],
  ] as const) {
    const people = Array.from({ length: count }, (_, index) => personAt(index, keys));
    const rounds = Array.from({ length: ROUNDS }, () => packAll(people));
    const ms = rounds.map((round) => round.ms).toSorted((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN;
    const [{ bodies, largest } = { bodies: 0, largest: 0 }] = rounds;
    print(
      `  ${title.padEnd(28)} ${count.toLocaleString('en').padStart(7)} people  ` +
        `${ms.toFixed(0).padStart(5)} ms  ${Math.round((count / ms) * 1000).toLocaleString('en')} rows/s  ` +
        `(${bodies} bodies, at most ${largest.toLocaleString('en')} bytes)`,
    );
  }
  print(
    `  ${PEOPLE.toLocaleString('en')} people are to take under ${LIMIT_MS.toLocaleString('en')} ms`,
  );
}

function packAll(people: readonly Member[]): { ms: number; bodies: number; largest: number } {
  const start = performance.now();
  let [bodies, largest] = [0, 0];
  for (let from = 0; from < people.length; from += x.limits.rows) {
    const members = people.slice(from, from + x.limits.rows);
    largest = Math.max(largest, packUsers({ members, operation: 'add' }, NOW).json.length);
    bodies += 1;
  }
  return { ms: performance.now() - start, bodies, largest };
}

/** Digests of no one, each its own: what packing costs does not hang on what they stand for. */
function personAt(index: number, keys: number): Member {
  const digests = (kind: string) =>
    Array.from(
      { length: keys },
      (_, key) => `${kind}${key}${index.toString(16)}`.padStart(64, '0') as Digest,
    );
  return {
    email: digests('a'),
    phone: digests('b'),
    consent: { adUserData: 'granted', adPersonalization: 'granted' },
  };
}
