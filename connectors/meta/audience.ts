/** Finds the audience that carries our key, or makes it. */
import { ConnectorFailure } from '../connector.ts';
import type { Audience, AudienceWanted, ConnectorContext } from '../connector.ts';
import { createAudience, listAudiences } from './api.ts';
import { grant } from './failure-table.ts';
import { AS_THEY_ARE, nameProblem, sensitiveWord } from './names.ts';

/**
 * The audience with our key in its description. Names are free on Meta, so a list of the same name
 * that somebody else made stays untouched beside ours. Where a lost answer left two, the older one
 * (the lower id) is ours for good. Before one is made its name is looked at: a list that Meta's
 * integrity rules catch takes nobody, and cannot be renamed.
 *
 * @throws ConnectorFailure as every request does, `permission` for a list of ours that the token
 *   may not edit, `policy` for a name that suggests health or money, unless the destination takes
 *   names as they are, `invalid` for an empty one.
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
  if (ours?.permission_for_actions?.can_edit === false) {
    const message = `Meta does not let this token edit the audience "${ours.name}".`;
    throw new ConnectorFailure('permission', message, {
      code: 'can_edit',
      nextStep: grant.nextStep,
    });
  }
  if (ours !== undefined) return { remoteId: ours.id, name: ours.name };
  requireGoodName(wanted.name, context);
  const description = `Managed by Rekindle ${mark}`;
  const remoteId = await createAudience(context, { name: wanted.name, description });
  return { remoteId, name: wanted.name };
}

function requireGoodName(name: string, { options }: ConnectorContext): void {
  const problem = nameProblem(name);
  if (problem === null) return;
  const topic = sensitiveWord(name)?.topic;
  const nextStep = 'Choose another audience name for the sync: people on Meta see it, too.';
  if (topic === undefined) {
    throw new ConnectorFailure('invalid', problem, { code: 'NAME_EMPTY', nextStep });
  }
  if (options['audienceNames'] === AS_THEY_ARE) return;
  const code = topic === 'health' ? 'NAME_SUGGESTS_HEALTH' : 'NAME_SUGGESTS_MONEY';
  throw new ConnectorFailure('policy', problem, { code, nextStep });
}
