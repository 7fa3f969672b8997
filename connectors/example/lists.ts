/** The list that one sync fills, and how many people on it the platform knows. */
import { ConnectorFailure } from '../connector.ts';
import type {
  Audience,
  AudienceWanted,
  ConnectorContext,
  ListReading,
  MatchReading,
} from '../connector.ts';
import { eachList, makeList, readState } from './api.ts';

/**
 * The list that carries our key in its note, else a new one. Never found by its name: people rename
 * lists, and one of that name may be somebody else's. Looking first is what keeps a lost answer
 * from ending in a second list.
 */
export async function ensureAudience(
  context: ConnectorContext,
  { name, key }: AudienceWanted,
): Promise<Audience> {
  const note = `Managed by Rekindle (${key})`;
  for await (const list of eachList(context)) {
    if (list.note === note) return { remoteId: list.id, name: list.name };
  }
  const made = await makeList(context, { name, note });
  return { remoteId: made.id, name: made.name };
}

/** A figure is what the platform tells, as bounds; what it does not tell is a reason, never 0. */
export async function readMatch(
  context: ConnectorContext,
  { remoteId }: Audience,
): Promise<MatchReading> {
  try {
    const { size } = await readState(context, remoteId);
    if (size === null) {
      const detail = 'Example Ads shows no size below 100 people.';
      return { kind: 'unknown', reason: 'too-small', detail };
    }
    // Rounded to the hundred below, so that up to 99 more are on it.
    return { kind: 'count', lower: size, upper: size + 99, meaning: 'people on Example Ads' };
  } catch (error) {
    if (!(error instanceof ConnectorFailure) || error.kind !== 'gone') throw error;
    const detail = 'The list is no longer on Example Ads.';
    return { kind: 'unknown', reason: 'gone', detail };
  }
}

const MEANING = 'people on Example Ads';
const SHOWN_FROM = 100;
const LAG_MS = 60 * 60 * 1000;

/** What can be told of the list as a whole. What the platform does not tell is said not to be told. */
export async function readList(
  context: ConnectorContext,
  { remoteId }: Audience,
): Promise<ListReading> {
  try {
    const { name, serving, size } = await readState(context, remoteId);
    return {
      there: true,
      name,
      condition: serving
        ? { kind: 'usable' }
        : {
            kind: 'unusable',
            code: 'not_serving',
            detail: 'Example Ads has stopped the list.',
            nextStep: 'Ask the support of Example Ads.',
          },
      size:
        size === null
          ? { kind: 'below', people: SHOWN_FROM, meaning: MEANING }
          : { kind: 'people', lower: size, upper: size + SHOWN_FROM - 1, meaning: MEANING },
      sizeLagMs: LAG_MS,
      lifetimeDays: null,
    };
  } catch (error) {
    if (!(error instanceof ConnectorFailure) || error.kind !== 'gone') throw error;
    return { there: false, detail: 'The list is no longer on Example Ads.' };
  }
}
