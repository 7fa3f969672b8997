/** Compares every list with the ledger once a day, so that a drift is told of and told to be over. */
import { ConnectorFailure } from '../../connectors/connector.ts';
import { RekindleError } from '../errors.ts';
import type { ServiceContext } from './context.ts';
import { verifySync } from './verify-sync.ts';

/** A little less than a day, so that a look every hour or so makes it one verification a day. */
const OLD_MS = 20 * 3_600_000;

/** What could be verified, with whether it drifted, and what could not, by sync. */
export interface DueVerifications {
  readonly verified: readonly { readonly sync: string; readonly drift: boolean }[];
  readonly failed: readonly { readonly sync: string; readonly code: string }[];
}

/**
 * Verifies the syncs with a list that are due. One that cannot be read does not keep the others from
 * it, and is tried again at the next look; of a paused sync nobody wants to know.
 */
export async function verifyDue(context: ServiceContext): Promise<DueVerifications> {
  const { surroundings, log } = context;
  const verified: { sync: string; drift: boolean }[] = [];
  const failed: { sync: string; code: string }[] = [];
  for (const sync of await dueSyncs(context)) {
    surroundings.signal.throwIfAborted();
    if (surroundings.stopping?.aborted === true) break;
    try {
      const { drift } = await verifySync(context, { sync });
      verified.push({ sync, drift });
    } catch (error) {
      if (!(error instanceof ConnectorFailure) && !(error instanceof RekindleError)) throw error;
      log.warn({ sync, code: error.code }, 'a list could not be verified');
      failed.push({ sync, code: error.code });
    }
  }
  return { verified, failed };
}

async function dueSyncs({ db, surroundings }: ServiceContext): Promise<string[]> {
  const before = new Date(surroundings.clock.now().getTime() - OLD_MS);
  const rows = await db.prisma.sync.findMany({
    where: {
      pausedAt: null,
      audience: { remoteId: { not: null }, verifications: { none: { at: { gt: before } } } },
    },
    orderBy: { name: 'asc' },
    select: { name: true },
  });
  return rows.map(({ name }) => name);
}
