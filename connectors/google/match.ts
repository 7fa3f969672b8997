/** A list's match rate as Google reports it. */
import type { MatchReading } from '../connector.ts';
import type { UserList } from './api.ts';

/**
 * The reading behind `matchRatePercentage`, a whole percent: the true share lies within half a
 * point of it. A missing value and a 0 are the same to ProtoJSON, so neither is read as a rate.
 */
export function matchOf(list: UserList): MatchReading {
  const percent = list.ingestedUserListInfo?.contactIdInfo?.matchRatePercentage ?? 0;
  if (percent > 0) {
    return {
      kind: 'rate',
      lower: (percent - 0.5) / 100,
      upper: Math.min(1, (percent + 0.5) / 100),
      meaning:
        'Share of the uploaded people whom Google recognised as users, for the whole list, rounded to a whole percent.',
    };
  }
  const { displayNetworkMembersCount: display = 0, searchNetworkMembersCount: search = 0 } =
    list.sizeInfo ?? {};
  return display + search > 0
    ? {
        kind: 'unknown',
        reason: 'not-reported',
        detail: 'Google shows a size for this list but no match rate.',
      }
    : {
        kind: 'unknown',
        reason: 'processing',
        detail:
          'Google shows neither size nor match rate yet; processing takes up to 24 hours, and lists below 100 people may never show them.',
      };
}
