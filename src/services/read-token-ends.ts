/** Asks platforms until when the tokens of destinations work, and keeps the answers for alerts. */
import { RekindleError } from '../errors.ts';
import type { ServiceContext } from './context.ts';
import { loadDestinations } from './load-destination.ts';
import type { StoredDestination } from './load-destination.ts';
import { checkDestination } from './test-destination.ts';
import { keepTokenEnd, tokenEnd } from './token-reading.ts';
import type { TokenEnd } from './token-reading.ts';

/** How old an answer may be before it is asked for again. */
const FRESH_MS = 12 * 3_600_000;

/** What came of asking about one destination; null where it could not be asked. */
export interface TokenReading {
  readonly destination: string;
  readonly end: TokenEnd | null;
}

/**
 * Asks about every destination whose last answer is half a day old. One that cannot be asked now
 * keeps its last answer.
 */
export async function readTokenEnds(context: ServiceContext): Promise<TokenReading[]> {
  const readings: TokenReading[] = [];
  for (const destination of await staleDestinations(context)) {
    context.surroundings.signal.throwIfAborted();
    const end = await askedEnd(context, destination);
    if (end !== null) await keepTokenEnd(context, destination.id, end);
    readings.push({ destination: destination.name, end });
  }
  return readings;
}

async function staleDestinations(context: ServiceContext): Promise<StoredDestination[]> {
  const { db, surroundings } = context;
  const since = new Date(surroundings.clock.now().getTime() - FRESH_MS);
  const fresh = await db.prisma.tokenReading.findMany({
    where: { readAt: { gt: since } },
    select: { destinationId: true },
  });
  const ids = new Set(fresh.map(({ destinationId }) => destinationId));
  return (await loadDestinations(context)).filter(({ id }) => !ids.has(id));
}

async function askedEnd(
  context: ServiceContext,
  destination: StoredDestination,
): Promise<TokenEnd | null> {
  try {
    return tokenEnd(await checkDestination(context, destination));
  } catch (error) {
    context.surroundings.signal.throwIfAborted();
    if (!(error instanceof RekindleError)) throw error;
    return null;
  }
}
