/** Which arm of a sync's experiment a customer falls into, as an analyst would check it. */
import { hash } from 'node:crypto';

export type Arm = 'treatment' | 'control';

/**
 * A number in [0, 1) that depends on nothing but salt and id: the first 48 bits of
 * SHA-256(`salt:id`), big-endian, over 2^48. The twin of assign.sql.
 */
export function uniform(salt: string, customerId: string): number {
  const digest = hash('sha256', `${salt}:${customerId}`, 'buffer');
  return digest.readUIntBE(0, 6) / 2 ** 48;
}

/** Held out when the number falls below the share; a larger share holds out the same people and more. */
export function armOf(salt: string, customerId: string, holdout: number): Arm {
  return uniform(salt, customerId) < holdout ? 'control' : 'treatment';
}
