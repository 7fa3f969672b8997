/** What is known of the ends of tokens. */
import type { Check } from '../../connectors/connector.ts';
import type { ServiceContext } from './context.ts';

export interface TokenEnd {
  readonly state: 'works' | 'ended' | 'unknown';
  /** The first moment in UTC of the token's last day. */
  readonly endsAt: Date | null;
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

/** Keeps an answer for alerts. One that says nothing of the end leaves what was known before. */
export async function keepTokenEnd(
  { db, surroundings }: ServiceContext,
  destinationId: string,
  { state, endsAt }: TokenEnd,
): Promise<void> {
  const readAt = surroundings.clock.now();
  await db.prisma.tokenReading.upsert({
    where: { destinationId },
    create: { destinationId, readAt, state, endsAt },
    update: state === 'unknown' ? { readAt } : { readAt, state, endsAt },
    select: { destinationId: true },
  });
}
