/** The number of a run, as an argument. */
import { InvalidArgumentError } from 'commander';

export function runId(text: string): bigint {
  if (!/^\d{1,18}$/u.test(text)) throw new InvalidArgumentError('A run has a number.');
  return BigInt(text);
}
