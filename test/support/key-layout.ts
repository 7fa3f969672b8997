/** Keys and profiles from hexadecimal digits, as the migration describes them: what pack.ts must give. */
import type { Digest, PostalName, Profile } from '../../src/identity/index.ts';
import { PROFILE_COLUMNS } from '../../src/identity/types.ts';

const TAGS = { email: 'e', phone: 'p', x_handle: 'h', x_id: 'i', mobile_id: 'M' } as const;

export function digestKey(kind: keyof typeof TAGS, digest: Digest): Buffer {
  return Buffer.concat([Buffer.from(TAGS[kind]), Buffer.from(digest, 'hex')]);
}

export function addressKey({ givenName, familyName, regionCode, postalCode }: PostalName): Buffer {
  const names = Buffer.from(givenName + familyName, 'hex');
  return Buffer.concat([Buffer.from('a'), names, Buffer.from(regionCode + postalCode)]);
}

/** Two bytes that say which columns there are, then 32 for each. */
export function profileBytes(profile: Profile): Buffer | null {
  const present = PROFILE_COLUMNS.filter((column) => profile[column] !== undefined);
  if (present.length === 0) return null;
  const mask = Buffer.alloc(2);
  mask.writeUInt16BE(
    present.reduce((bits, name) => bits | (1 << PROFILE_COLUMNS.indexOf(name)), 0),
  );
  return Buffer.concat([mask, ...present.map((name) => Buffer.from(profile[name] ?? '', 'hex'))]);
}
