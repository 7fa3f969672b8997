/** One value at a time through a platform's rule: why does this person not match. */
import { z } from 'zod';
import type { Connector } from '../../connectors/connector.ts';
import { PLATFORMS, findConnector } from '../../connectors/registry.ts';
import { readCountry } from '../customer/index.ts';
import { RekindleError } from '../errors.ts';
import { IDENTIFIER_KINDS, hashValue } from '../identity/index.ts';

export { IDENTIFIER_KINDS };

export const HashRequest = z.object({
  field: z.enum(IDENTIFIER_KINDS),
  value: z.string(),
  country: z.string().optional(),
});
export type HashRequest = z.infer<typeof HashRequest>;

export type HashAnswer =
  | { readonly field: string; readonly hash: string; readonly normalized: string }
  | { readonly field: string; readonly hash: ''; readonly error: string };

/**
 * How a platform hashes: for each value the digest that it would get, or why it would get none.
 *
 * @throws RekindleError `not-found` for an unknown platform.
 */
export function hasherFor(platform: string): (request: HashRequest) => HashAnswer {
  const connector = findConnector(platform);
  if (connector === undefined) {
    throw new RekindleError(
      'not-found',
      `"${platform}" is not a platform; there are ${PLATFORMS.join(', ')}.`,
    );
  }
  return (request) => answer(connector, request);
}

function answer(connector: Connector, request: HashRequest): HashAnswer {
  const { field } = request;
  const rule = connector.identifiers[field];
  if (rule === undefined) {
    return { field, hash: '', error: `${connector.title} does not take ${field}.` };
  }
  // Read as an import reads it, so that the answer is about what would be sent.
  const country = readCountry(request.country);
  const hashed = hashValue(request.value, rule, country === '' ? null : country);
  return hashed.ok
    ? { field, hash: hashed.digest, normalized: hashed.normalised }
    : { field, hash: '', error: `${hashed.reason}: ${hashed.sentence}` };
}
