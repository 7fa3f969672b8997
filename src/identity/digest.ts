/** SHA-256, the only hash that every platform takes. */
import { hash } from 'node:crypto';
import type { Digest } from './types.ts';

/** The digest of a normalised value, UTF-8, lowercase hex. */
export function digestOf(normalised: string): Digest {
  // The one-shot form: three times as fast as createHash on short texts.
  return hash('sha256', normalised, 'hex') as Digest;
}

/** The 32 bytes of a digest, as the database keeps them. */
export function digestBytes(normalised: string): Buffer {
  return hash('sha256', normalised, 'buffer');
}
