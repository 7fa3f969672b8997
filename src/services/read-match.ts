/** The match figure of a sync's audience, read from the platform now and kept. */
import { readyConnector } from '../delivery/index.ts';
import { observeMatch } from '../match/index.ts';
import type { MatchObservation } from '../match/index.ts';
import { loadSync } from '../sync/index.ts';
import type { ServiceContext } from './context.ts';

export interface SyncMatch extends MatchObservation {
  readonly sync: string;
  readonly audience: string;
  readonly platform: string;
}

/** @throws RekindleError `not-found`, `secret.missing`; ConnectorFailure of the platform. */
export async function readMatch(
  context: ServiceContext,
  input: { readonly sync: string },
): Promise<SyncMatch> {
  const { db, surroundings } = context;
  const sync = await loadSync(db, input.sync);
  const ready = readyConnector(sync.destination, surroundings);
  const { budgets, clock } = surroundings;
  const observation = await observeMatch(sync.audienceId, { db, ready, budgets, clock });
  return {
    sync: sync.name,
    audience: sync.audienceName,
    platform: sync.destination.platform,
    ...observation,
  };
}
