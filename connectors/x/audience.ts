import { ConnectorFailure } from '../connector.ts';
import type { Audience, AudienceWanted, ConnectorContext } from '../connector.ts';
import { createAudience, listAudiences } from './api.ts';
import type { RemoteAudience } from './api.ts';

/** Most characters that X's name search takes. */
const MAX_PREFIX = 255;

/**
 * The audience whose description carries our key, or a new one. Found by name first, which is one
 * page; then among all audiences of the account, since people may have renamed it on X. Names are
 * unique in an X account, so a name that is somebody else's is a failure of kind `invalid`.
 */
export async function ensureAudience(
  context: ConnectorContext,
  wanted: AudienceWanted,
): Promise<Audience> {
  const description = `Managed by Rekindle (${wanted.key})`;
  const isOurs = (audience: RemoteAudience) => audience.description?.includes(description) === true;
  const prefix = Array.from(wanted.name).slice(0, MAX_PREFIX).join('');

  let taken = false;
  for await (const audience of listAudiences(context, prefix)) {
    if (isOurs(audience)) return shape(audience);
    // X does not say whether case counts in the uniqueness of names; taken as if it did not.
    taken ||= audience.name.toLowerCase() === wanted.name.toLowerCase();
  }
  for await (const audience of listAudiences(context)) {
    if (isOurs(audience)) return shape(audience);
  }
  if (taken) {
    throw new ConnectorFailure(
      'invalid',
      `The X account already has an audience named "${wanted.name}" that Rekindle did not make.`,
      { code: 'NAME_TAKEN', nextStep: 'Choose another audience name for this sync.' },
    );
  }
  return shape(await create(context, wanted.name, description));
}

async function create(context: ConnectorContext, name: string, description: string) {
  try {
    return await createAudience(context, { name, description });
  } catch (error) {
    // The name is the one parameter of this request that a person chose.
    if (error instanceof ConnectorFailure && error.code === 'INVALID_PARAMETER') {
      throw new ConnectorFailure('invalid', error.message, {
        code: error.code,
        nextStep: 'Choose another audience name: X wants it unique in the account and plain.',
        ...(error.status !== undefined && { status: error.status }),
      });
    }
    throw error;
  }
}

function shape(audience: RemoteAudience): Audience {
  return { remoteId: audience.id, name: audience.name };
}
