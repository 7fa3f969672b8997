/** How the sandbox reads one user identifier: exactly one kind, complete, and hashed where due. */
import { isPostalCode, isRegion } from './places.ts';
import type { Address, UserIdentifier } from './wire.ts';

/** Notes a rule that is broken; one fails the whole request. */
export type Fault = (field: string, reason: string, description: string) => void;

export interface SentKey {
  readonly kind: 'email' | 'phone' | 'address';
  readonly value: string;
}

/** `encoding` of a request. */
export type Encoding = 'ENCODING_UNSPECIFIED' | 'HEX' | 'BASE64' | undefined;

/** SHA-256 of nothing: always the trace of a normalisation that lost the value. */
const EMPTY_DIGEST = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** The key of an identifier at the path `at`; none where it is not exactly one. */
export function readIdentifier(
  { emailAddress, phoneNumber, address }: UserIdentifier,
  at: string,
  encoding: Encoding,
  fault: Fault,
): SentKey[] {
  const given = [emailAddress, phoneNumber, address].filter((value) => value !== undefined);
  if (given.length !== 1) {
    fault(at, 'INVALID_AUDIENCE_MEMBER', 'Exactly one identifier is required.');
    return [];
  }
  if (address !== undefined) {
    return [{ kind: 'address', value: readAddress(address, `${at}.address`, encoding, fault) }];
  }
  return emailAddress === undefined
    ? [
        {
          kind: 'phone',
          value: readDigest(phoneNumber ?? '', `${at}.phone_number`, encoding, fault),
        },
      ]
    : [{ kind: 'email', value: readDigest(emailAddress, `${at}.email_address`, encoding, fault) }];
}

/**
 * An address as one text. Its four parts are required; names are hashed, region and postal code are
 * not. Google does not say by which reason it refuses a region code that is none, nor what it takes
 * for a postal code.
 */
function readAddress(address: Address, at: string, encoding: Encoding, fault: Fault): string {
  const part = (field: string, value = '', check?: (value: string, at: string) => string) => {
    if (value !== '') return check?.(value, `${at}.${field}`) ?? value;
    fault(`${at}.${field}`, 'REQUIRED_FIELD_MISSING', 'Required.');
    return '';
  };
  const name = (value: string, at: string) => readDigest(value, at, encoding, fault);
  const region = (value: string, at: string) => {
    if (!isRegion(value)) fault(at, 'INVALID_COUNTRY_CODE', `"${value}" is not a region.`);
    return value;
  };
  const postal = (value: string, at: string) => {
    if (!isPostalCode(value, address.regionCode ?? '')) {
      fault(at, 'INVALID_POSTAL_CODE', `"${value}" is not a postal code.`);
    }
    return value;
  };
  return [
    part('given_name', address.givenName, name),
    part('family_name', address.familyName, name),
    part('region_code', address.regionCode, region),
    part('postal_code', address.postalCode, postal),
  ].join('|');
}

/**
 * Lowercase hex of a digest. Google takes uppercase hex as well; Rekindle never makes it, so here
 * it is a fault. That Google knows the digest of the empty string is unconfirmed; here it fails.
 */
function readDigest(value: string, at: string, encoding: Encoding, fault: Fault): string {
  const hex = encoding === 'BASE64' ? Buffer.from(value, 'base64').toString('hex') : value;
  if (encoding === 'BASE64' && Buffer.from(hex, 'hex').toString('base64') !== value) {
    fault(at, 'INVALID_BASE64_ENCODING', `"${value}" is not Base64.`);
  } else if (!/^(?:[0-9a-f]{2})+$/.test(hex)) {
    fault(at, 'INVALID_HEX_ENCODING', `"${value}" is not lowercase hex.`);
  } else if (hex.length !== 64) {
    fault(at, 'INVALID_SHA256_FORMAT', `"${value}" is not 32 bytes long.`);
  } else if (hex === EMPTY_DIGEST) {
    fault(at, 'INVALID_SHA256_FORMAT', `"${value}" is the SHA-256 of the empty string.`);
  }
  return hex;
}
