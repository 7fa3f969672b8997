/**
 * Keys as the database holds them: what a platform gets of a person, behind one byte for its kind.
 * The ledger can so keep one list of keys per person, and compare keys of all kinds at once.
 */
import { PROFILE_COLUMNS } from './types.ts';
import type { Digest, PostalName, Profile } from './types.ts';

/** A key read back: its kind and what is sent. */
export type Key =
  | { readonly kind: 'email' | 'phone' | 'x_handle' | 'x_id'; readonly value: Digest }
  /** Plain where the platform wants it plain, else its digest. */
  | { readonly kind: 'mobile_id'; readonly value: string }
  | { readonly kind: 'external_id'; readonly value: string }
  | { readonly kind: 'profile'; readonly value: PostalName };

/** The first byte of a key of 32 digest bytes. */
export const DIGEST_TAGS = {
  email: 'e',
  phone: 'p',
  x_handle: 'h',
  x_id: 'i',
  mobile_id: 'M',
} as const;
export type DigestKind = keyof typeof DIGEST_TAGS;

/** The first byte of a key that is text. */
const TEXT_TAGS = { mobile_id: 'm', external_id: 'x' } as const;

/** The first byte of the key of a name at an address. */
export const ADDRESS_TAG = 'a';

/** Kinds by their first byte, as two hex digits. */
const KINDS = new Map([
  [byteOf(DIGEST_TAGS.email), 'email'],
  [byteOf(DIGEST_TAGS.phone), 'phone'],
  [byteOf(DIGEST_TAGS.x_handle), 'x_handle'],
  [byteOf(DIGEST_TAGS.x_id), 'x_id'],
  [byteOf(DIGEST_TAGS.mobile_id), 'mobile_id_hashed'],
  [byteOf(TEXT_TAGS.mobile_id), 'mobile_id_plain'],
  [byteOf(TEXT_TAGS.external_id), 'external_id'],
  [byteOf(ADDRESS_TAG), 'address'],
] as const);

const TAG_HEX = 2;
const MASK_HEX = 4;
const DIGEST_HEX = 64;
const REGION_LETTERS = 2;

/** A key that platforms want as it is. */
export function textKey(kind: keyof typeof TEXT_TAGS, value: string): Buffer {
  return Buffer.from(TEXT_TAGS[kind] + value);
}

/**
 * Reads a key, given as lowercase hex: most of a key is a digest, which so is only cut off.
 *
 * @throws RangeError for what is no key: the database was written by something else.
 */
export function readKey(hex: string): Key {
  const value = hex.slice(TAG_HEX);
  switch (KINDS.get(hex.slice(0, TAG_HEX))) {
    case 'email':
      return { kind: 'email', value: value as Digest };
    case 'phone':
      return { kind: 'phone', value: value as Digest };
    case 'x_handle':
      return { kind: 'x_handle', value: value as Digest };
    case 'x_id':
      return { kind: 'x_id', value: value as Digest };
    case 'mobile_id_hashed':
      return { kind: 'mobile_id', value };
    case 'mobile_id_plain':
      return { kind: 'mobile_id', value: textOf(value) };
    case 'external_id':
      return { kind: 'external_id', value: textOf(value) };
    case 'address':
      return { kind: 'profile', value: postalNameOf(value) };
    case undefined:
      throw new RangeError('The ledger holds a key of no known kind.');
  }
}

/** Reads a profile, given as lowercase hex. */
export function readProfile(hex: string): Profile {
  const mask = Number.parseInt(hex.slice(0, MASK_HEX), 16);
  const present = PROFILE_COLUMNS.filter((column) => (mask & bitOf(column)) !== 0);
  return Object.fromEntries(
    present.map((column, index) => [
      column,
      hex.slice(MASK_HEX + index * DIGEST_HEX, MASK_HEX + (index + 1) * DIGEST_HEX),
    ]),
  );
}

function bitOf(column: (typeof PROFILE_COLUMNS)[number]): number {
  return 1 << PROFILE_COLUMNS.indexOf(column);
}

function postalNameOf(hex: string): PostalName {
  const place = textOf(hex.slice(2 * DIGEST_HEX));
  return {
    givenName: hex.slice(0, DIGEST_HEX) as Digest,
    familyName: hex.slice(DIGEST_HEX, 2 * DIGEST_HEX) as Digest,
    regionCode: place.slice(0, REGION_LETTERS),
    postalCode: place.slice(REGION_LETTERS),
  };
}

function textOf(hex: string): string {
  return Buffer.from(hex, 'hex').toString('utf8');
}

function byteOf(tag: string): string {
  return tag.charCodeAt(0).toString(16);
}
