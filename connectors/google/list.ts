/** What Google says of a Customer Match list as a whole. */
import { ConnectorFailure } from '../connector.ts';
import type {
  Audience,
  ConnectorContext,
  ListCondition,
  ListReading,
  ListSize,
} from '../connector.ts';
import { getUserList } from './api.ts';
import type { UserList } from './api.ts';
import { LIMITS } from './pack.ts';

/** Google processes a list for up to a day. */
const LAG_MS = 24 * 60 * 60 * 1000;

/** Lists with fewer people may never show a size. */
const SHOWN_FROM = 100;

const MEANING =
  'active people on the larger of the display and search networks, as Google estimates';

const DAY_SECONDS = 86_400;

/** What Google says of a list now. One that is no longer there is a reading, not a failure. */
export async function readList(
  context: ConnectorContext,
  audience: Audience,
): Promise<ListReading> {
  try {
    const list = await getUserList(context, audience.remoteId);
    return {
      there: true,
      name: list.displayName,
      condition: conditionOf(list),
      size: sizeOf(list),
      sizeLagMs: LAG_MS,
      lifetimeDays: lifetimeOf(list),
    };
  } catch (error) {
    if (!(error instanceof ConnectorFailure) || error.kind !== 'gone') throw error;
    return { there: false, detail: 'The list is no longer on the Google Ads account.' };
  }
}

/** Whether ads can go by a list: it is open, and enough active people are on it. */
export function conditionOf(list: UserList): ListCondition {
  if (list.membershipStatus === 'CLOSED') {
    const unused = list.closingReason === 'UNUSED';
    return {
      kind: 'unusable',
      code: unused ? 'CLOSED_UNUSED' : 'CLOSED',
      detail: unused
        ? 'Google closed the list since no ad has used it for a year.'
        : 'The list is closed: it takes no new members.',
      nextStep:
        'Open the list in Google Ads, or delete it there and rebuild it with rekindle resync.',
    };
  }
  const people = largest(list);
  if (people === 0) {
    const detail = 'Google shows no size yet, and so not whether the list is large enough.';
    return { kind: 'not-told', detail };
  }
  return people >= LIMITS.minimumAudience
    ? { kind: 'usable' }
    : {
        kind: 'too-small',
        code: 'TOO_SMALL',
        detail: `Google knows fewer than ${LIMITS.minimumAudience} active people on the list.`,
        nextStep: 'Choose a larger segment, or send more kinds of identifiers.',
      };
}

/**
 * The people on the network where most are: active ones alone, whom ads may be personalised for.
 * Google calls sizes estimates and does not say how it rounds; a unit of the second digit is kept
 * clear on both sides. A 0 and a missing value are the same to ProtoJSON, and no size.
 */
export function sizeOf(list: UserList): ListSize {
  const people = largest(list);
  if (people === 0) {
    const detail =
      'Google shows no size: processing takes up to 24 hours, and lists below 100 people may never show one.';
    return { kind: 'unknown', detail, shownFrom: { people: SHOWN_FROM, meaning: MEANING } };
  }
  const unit = 10 ** Math.max(0, String(people).length - 2);
  return {
    kind: 'people',
    lower: Math.max(0, people - unit),
    upper: people + unit,
    meaning: MEANING,
  };
}

function largest({ sizeInfo }: UserList): number {
  return Math.max(
    sizeInfo?.displayNetworkMembersCount ?? 0,
    sizeInfo?.searchNetworkMembersCount ?? 0,
  );
}

function lifetimeOf({ membershipDuration }: UserList): number | null {
  if (membershipDuration === undefined) return null;
  return Math.floor(Number(membershipDuration.slice(0, -1)) / DAY_SECONDS);
}
