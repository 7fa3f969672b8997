/** Rewriting a list as Google documents it: add everybody again, then sweep off the others. */
import type { Audience, ConnectorContext, Replace } from '../connector.ts';
import { sweepMembers } from './api.ts';
import { destinationOf } from './destination.ts';
import { ownFailure } from './failures.ts';
import { uploadsByAds } from './settings.ts';

/**
 * The recipe of "Replace all audience members": note the time, add everybody, wait until Google has
 * worked through all of it, then `removeAll` with that time. The engine does the first three. Of
 * the sweep, Google tells no counts: it went through where `settle` gives a final receipt without
 * `reasons`, and sweeping again with the same time is harmless.
 *
 * @throws ConnectorFailure `invalid` where people are added by the Google Ads API: that its
 * additions count as such for a sweep is not documented, and a wrong guess would empty the list.
 */
async function sweep(
  context: ConnectorContext,
  audience: Audience,
  addedBefore: Date,
): Promise<string> {
  if (uploadsByAds(context)) {
    const message = 'A list that is filled by the Google Ads API cannot be swept.';
    throw ownFailure('SWEEP_BY_ADS_API', message);
  }
  const { requestId } = await sweepMembers(context, {
    destinations: [destinationOf(context, audience.remoteId)],
    removeAsOfTime: addedBefore.toISOString(),
  });
  return requestId;
}

export const replace: Replace = { kind: 'sweep', sweep };
