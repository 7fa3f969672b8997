/** What of a list its platform may not show yet, and whether that is too much to judge the list by. */
import type { ListReading } from '../../connectors/connector.ts';
import type { ListState } from '../match/index.ts';
import type { People } from './verify-size.ts';

/**
 * Up to this share of a list may not show yet while the list is judged all the same, by bounds that
 * leave those people open: a list that changes every day would otherwise never be judged.
 */
const FEW = 0.1;

type Present = Extract<ListReading, { readonly there: true }>;

/** The people of whom a platform's figures may be: fewer or more than it accepted. */
export function peopleShown({
  accepted,
  pending,
  unshown,
}: Pick<ListState, 'accepted' | 'pending' | 'unshown'>): People {
  return {
    lower: Math.max(0, accepted.lower - unshown.added),
    upper: accepted.upper + pending + unshown.removed,
  };
}

/** Why what a platform shows is not yet of the list as it should be, or null. */
export function whyUnsettled(
  { sizeLagMs, condition }: Present,
  { accepted, pending, unshown, lastSentAt, readAt }: ListState,
  rewriting: boolean,
): string | null {
  if (condition.kind === 'processing') return condition.detail;
  if (rewriting) return 'The list is being written anew, so that nothing follows from it.';
  if (pending + unshown.added + unshown.removed <= FEW * accepted.upper) return null;
  if (pending > 0) return `The platform still works on ${pending} people, so that nothing follows.`;
  const shownAt = new Date((lastSentAt ?? readAt).getTime() + sizeLagMs);
  return `What was sent last shows in it by ${shownAt.toISOString()}, so that nothing follows.`;
}
