/** The subject of a suppression that a person names, and what it may be called afterwards. */
import { SUPPRESSION_KINDS, UNKNOWN_COUNTRY, readCountry, readSubject } from '../customer/index.ts';
import type { SuppressionKind, SuppressionSubject } from '../customer/index.ts';
import { RekindleError } from '../errors.ts';
import { suppressionKeys } from '../identity/index.ts';

export { SUPPRESSION_KINDS };
export type { SuppressionKind };

export interface NamedValue {
  readonly kind: SuppressionKind;
  /** A customer's id, or an e-mail, phone or domain in any spelling. */
  readonly value: string;
  /** Where a phone would be dialled as it is written: a code or a name. */
  readonly country?: string;
}

/** @throws RekindleError `input.invalid` for what cannot be read, which is not repeated. */
export function subjectOf({ kind, value, country }: NamedValue): SuppressionSubject {
  const region = readCountry(country);
  if (region === UNKNOWN_COUNTRY) {
    throw new RekindleError(
      'input.invalid',
      `"${country}" is no country; write a code or a name, such as JP.`,
    );
  }
  const subject = readSubject(kind, value, region === '' ? null : region, suppressionKeys);
  if (subject.ok) return subject;
  throw new RekindleError('input.invalid', `The ${subject.reason}`);
}

/**
 * `customer c-17`, or a kind with the first digits of its SHA-256: enough to tell entries apart, and
 * too little to look a person up by. The audit trail knows suppressions by it.
 */
export function labelOf(subject: SuppressionSubject): string {
  return `${subject.kind} ${
    subject.kind === 'customer' ? subject.customerId : shortDigest(subject.digest)
  }`;
}

const DIGEST_BYTES = 32;

/** Eight hex digits. Keys have a byte for their kind in front, which is left out. */
export function shortDigest(key: Uint8Array): string {
  return Buffer.from(key).subarray(-DIGEST_BYTES).toString('hex', 0, 4);
}
