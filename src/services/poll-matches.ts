/** Reads the match figures that are due, of every audience that a platform has. */
import { ConnectorFailure } from '../../connectors/connector.ts';
import { RekindleError } from '../errors.ts';
import type { ServiceContext } from './context.ts';
import { readMatch } from './read-match.ts';

/** Platforms reckon their figures once a day or so. */
const OLD_MS = 20 * 3_600_000;

/** What could be read and what could not, by sync. */
export interface PolledMatches {
  readonly read: readonly string[];
  readonly failed: readonly { readonly sync: string; readonly code: string }[];
}

/** One that cannot be read does not keep the others from it; it is tried again at the next poll. */
export async function pollMatches(context: ServiceContext): Promise<PolledMatches> {
  const read: string[] = [];
  const failed: { sync: string; code: string }[] = [];
  for (const sync of await dueSyncs(context)) {
    context.surroundings.signal.throwIfAborted();
    if (context.surroundings.stopping?.aborted === true) break;
    try {
      await readMatch(context, { sync });
      read.push(sync);
    } catch (error) {
      if (!(error instanceof ConnectorFailure) && !(error instanceof RekindleError)) throw error;
      context.log.warn({ sync, code: error.code }, 'a match figure could not be read');
      failed.push({ sync, code: error.code });
    }
  }
  return { read, failed };
}

async function dueSyncs({ db, surroundings }: ServiceContext): Promise<string[]> {
  const before = new Date(surroundings.clock.now().getTime() - OLD_MS);
  const rows = await db.prisma.sync.findMany({
    where: {
      audience: {
        remoteId: { not: null },
        observations: { none: { observedAt: { gt: before } } },
      },
    },
    orderBy: { name: 'asc' },
    select: { name: true },
  });
  return rows.map(({ name }) => name);
}
