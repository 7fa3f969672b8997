/** The sandbox's service account: a key of its own, and the check of what is signed with it. */
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { errors, jwtVerify } from 'jose';
import { PROJECT } from './accounts.ts';

const EMAIL = `sync@${PROJECT}.iam.gserviceaccount.com`;
const TOKEN_URI = 'https://oauth2.googleapis.com/token';

const OUT_OF_TIME =
  'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.';

/** A new private key in PEM; takes a moment. */
export function newPrivateKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** The content of the key file that the Google Cloud console would hand out. */
export function keyFile(privateKey: string): string {
  return JSON.stringify({
    type: 'service_account',
    project_id: PROJECT,
    private_key_id: 'sandbox-key-1',
    private_key: privateKey,
    client_email: EMAIL,
    client_id: '100000000000000000001',
    token_uri: TOKEN_URI,
  });
}

export type AssertionVerdict =
  | { readonly scope: string }
  | { readonly error: 'invalid_grant' | 'invalid_scope'; readonly description: string };

/**
 * The scope that an assertion asks for, or why it is refused. How far ahead a clock may be is not
 * documented: here not at all.
 */
export async function readAssertion(
  assertion: string,
  privateKey: string | undefined,
  now: Date,
): Promise<AssertionVerdict> {
  const refuse = (description: string) => ({ error: 'invalid_grant', description }) as const;
  if (privateKey === undefined) return refuse('Invalid grant: account not found');
  try {
    const { payload } = await jwtVerify(assertion, createPublicKey(privateKey), {
      algorithms: ['RS256'],
      audience: TOKEN_URI,
      currentDate: now,
      requiredClaims: ['iss', 'iat', 'exp'],
    });
    const { iss, iat = 0, exp = 0, scope } = payload;
    if (iss !== EMAIL) return refuse('Invalid grant: account not found');
    if (iat * 1000 > now.getTime() || exp - iat > 3600) return refuse(OUT_OF_TIME);
    return typeof scope === 'string' && /^https:\/\/www\.googleapis\.com\/auth\/\w+$/.test(scope)
      ? { scope }
      : { error: 'invalid_scope', description: 'Invalid OAuth scope provided.' };
  } catch (error) {
    if (error instanceof errors.JWTExpired) return refuse(OUT_OF_TIME);
    if (error instanceof errors.JWTClaimValidationFailed) {
      return refuse(`Invalid JWT: Failed ${error.claim} check.`);
    }
    return refuse('Invalid JWT Signature.');
  }
}
