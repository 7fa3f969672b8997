/** Chance that can be repeated: numbers that follow from what they are drawn for. */
import { hash } from 'node:crypto';

/** A number in [0, 1), evenly spread: the first 48 bits of the SHA-256 of the parts. */
export function shareOf(...parts: readonly (string | number)[]): number {
  return Number.parseInt(hash('sha256', JSON.stringify(parts), 'hex').slice(0, 12), 16) / 2 ** 48;
}
