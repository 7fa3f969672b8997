/** Asks platforms until when the tokens of destinations work, and keeps the answers for alerts. */
import { RekindleError } from '../errors.ts';
import type { ServiceContext } from './context.ts';
import { loadDestinations } from './load-destination.ts';
import type { StoredDestination } from './load-destination.ts';
import { testDestination } from './test-destination.ts';
import type { Check } from './test-destination.ts';

/** How old an answer may be before it is asked for again. */
const FRESH_MS = 12 * 3_600_000;

export interface TokenEnd {
  readonly state: 'works' | 'ended' | 'unknown';
  readonly endsAt: Date | null;
}

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
    const end = await askedEnd(context, destination.name);
    if (end !== null) await keep(context, destination.id, end);
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

async function askedEnd(context: ServiceContext, destination: string): Promise<TokenEnd | null> {
  try {
    return tokenEnd(await testDestination(context, { destination }));
  } catch (error) {
    context.surroundings.signal.throwIfAborted();
    if (!(error instanceof RekindleError)) throw error;
    return null;
  }
}

/**
 * What the checks of a destination say of its token; null where they came to no answer. The day is
 * taken from the check's sentence, as its first moment in UTC: the token works until then for sure.
 */
export function tokenEnd(checks: readonly Check[]): TokenEnd | null {
  const passed = (name: Check['name']): boolean =>
    checks.some((check) => check.name === name && check.ok === true);
  const expiry = checks.find(({ name }) => name === 'token expiry');
  if (expiry === undefined) return null;
  if (expiry.ok === false) return { state: 'ended', endsAt: dayIn(expiry.cause) };
  if (expiry.ok === null) return passed('credentials') ? { state: 'unknown', endsAt: null } : null;
  return { state: 'works', endsAt: dayIn(expiry.detail ?? '') };
}

function dayIn(sentence: string): Date | null {
  const day = /\b\d{4}-\d{2}-\d{2}\b/u.exec(sentence)?.[0];
  return day === undefined ? null : new Date(`${day}T00:00:00Z`);
}

async function keep(
  { db, surroundings }: ServiceContext,
  destinationId: string,
  { state, endsAt }: TokenEnd,
): Promise<void> {
  const reading = { readAt: surroundings.clock.now(), state, endsAt };
  await db.prisma.tokenReading.upsert({
    where: { destinationId },
    create: { destinationId, ...reading },
    update: reading,
    select: { destinationId: true },
  });
}
