/** What a platform says of a sync's audience, against what the ledger has of it. */
import { readyConnector } from '../delivery/index.ts';
import { latestVerifications, loadSync, verifyList } from '../sync/index.ts';
import type { LatestVerification, Verification } from '../sync/index.ts';
import type { ServiceContext } from './context.ts';

export type { Finding, LatestVerification } from '../sync/index.ts';

export interface SyncVerification extends Verification {
  readonly sync: string;
  readonly audience: string;
  readonly platform: string;
}

/**
 * Asks, compares and keeps it. Nothing is sent, and a run of the sync may be under way: a size that
 * it changes is not judged.
 *
 * @throws RekindleError `not-found`, `secret.missing`; ConnectorFailure of the platform.
 */
export async function verifySync(
  context: ServiceContext,
  input: { readonly sync: string },
): Promise<SyncVerification> {
  const { db, surroundings } = context;
  const sync = await loadSync(db, input.sync);
  const ready = readyConnector(sync.destination, surroundings);
  const { budgets, clock } = surroundings;
  return {
    sync: sync.name,
    audience: sync.audienceName,
    platform: sync.destination.platform,
    ...(await verifyList(sync, { db, ready, budgets, clock })),
  };
}

/** The last verification of each sync that has one. */
export async function listVerifications({ db }: ServiceContext): Promise<LatestVerification[]> {
  return latestVerifications(db);
}
