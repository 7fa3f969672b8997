/** Finds the audience that carries our key, or makes it. */
import type { Audience, AudienceWanted, ConnectorContext } from '../connector.ts';
import { createAudience, listAudiences } from './api.ts';

/**
 * The audience with our key in its description. Names are free on Meta, so a list of the same name
 * that somebody else made stays untouched beside ours. Where a lost answer left two, the older one
 * (the lower id) is ours for good.
 *
 * @throws ConnectorFailure as every request does.
 */
export async function ensureAudience(
  context: ConnectorContext,
  wanted: AudienceWanted,
): Promise<Audience> {
  const mark = `(${wanted.key})`;
  const ours = (await listAudiences(context))
    .filter(({ subtype, description }) => subtype === 'CUSTOM' && description.includes(mark))
    .sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1))
    .at(0);
  if (ours !== undefined) return { remoteId: ours.id, name: ours.name };
  const description = `Managed by Rekindle ${mark}`;
  const remoteId = await createAudience(context, { name: wanted.name, description });
  return { remoteId, name: wanted.name };
}
