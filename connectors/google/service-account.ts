/**
 * The JSON key of a Google Cloud service account, and the assertion that it signs: RFC 7523, as
 * Google's "OAuth 2.0 for server to server applications" asks for it.
 */
import { z } from 'zod';
import { ownFailure } from './failures.ts';

const KeyFile = z.object({
  type: z.literal('service_account'),
  client_email: z.string().min(3),
  private_key: z.string().includes('PRIVATE KEY'),
  private_key_id: z.string().optional(),
  project_id: z.string().optional(),
  token_uri: z.url().default('https://oauth2.googleapis.com/token'),
});
export type ServiceAccountKey = z.infer<typeof KeyFile>;

/** Google lets an assertion live for an hour at most. */
const LIFETIME_S = 3600;

/** An assertion from the future is refused, so that a clock a little ahead would lock us out. */
const BACKDATED_S = 60;

/** The key in the content of a key file; undefined where it is none. */
export function readKeyFile(content: string): ServiceAccountKey | undefined {
  try {
    return KeyFile.safeParse(JSON.parse(content)).data;
  } catch {
    return undefined;
  }
}

/** What of a key file no message may hold. */
export function secretsOfKey(content: string): string[] {
  const key = readKeyFile(content);
  return key === undefined
    ? [content]
    : [content, key.private_key, ...(key.private_key_id === undefined ? [] : [key.private_key_id])];
}

/**
 * A signed assertion that asks for one scope.
 *
 * @throws ConnectorFailure `auth` where the content is no key file or its key cannot sign; the
 * library's own error is dropped, since it may hold parts of the key.
 */
export async function signedAssertion(content: string, scope: string, now: Date): Promise<string> {
  const key = readKeyFile(content);
  if (key === undefined) throw unreadable();
  const { importPKCS8, SignJWT } = await import('jose');
  const issuedAt = Math.floor(now.getTime() / 1000) - BACKDATED_S;
  const { private_key_id: kid } = key;
  try {
    return await new SignJWT({ scope })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(kid === undefined ? {} : { kid }) })
      .setIssuer(key.client_email)
      .setAudience(key.token_uri)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + LIFETIME_S)
      .sign(await importPKCS8(key.private_key, 'RS256'));
  } catch {
    throw unreadable();
  }
}

function unreadable() {
  return ownFailure(
    'UNREADABLE_KEY',
    'The credential serviceAccountKey of this destination is not the JSON key of a service account.',
  );
}
