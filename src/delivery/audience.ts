/** The audience on the platform that a sync fills: found or made before the first batch. */
import { createHash } from 'node:crypto';
import type { Audience } from '../../connectors/connector.ts';
import { withAccount } from './account.ts';
import type { DeliveryOptions } from './deliver.ts';
import { withRetries } from './retry.ts';

/**
 * The audience with its platform id, asked for only where we do not know it yet.
 *
 * @throws ConnectorFailure when the platform does not give one.
 */
export async function readyAudience(
  audienceId: string,
  options: DeliveryOptions,
): Promise<Audience> {
  const { db } = options;
  const row = await db.prisma.audience.findUniqueOrThrow({
    where: { id: audienceId },
    select: { name: true, remoteId: true },
  });
  if (row.remoteId !== null) return { name: row.name, remoteId: row.remoteId };
  const audience = await findOrMakeAudience({ id: audienceId, name: row.name }, options);
  await db.prisma.audience.update({
    where: { id: audienceId },
    data: { remoteId: audience.remoteId },
    select: { id: true },
  });
  return audience;
}

/**
 * The list with our mark on the platform, whatever we know of it; made if there is none.
 *
 * @throws ConnectorFailure when the platform does not give one.
 */
export async function findOrMakeAudience(
  { id, name }: { readonly id: string; readonly name: string },
  options: DeliveryOptions,
): Promise<Audience> {
  const { connector, context, clock, random } = options;
  const wanted = { name, key: audienceKey(id) };
  return withAccount(options, (account) =>
    withRetries(() => account.spend(() => connector.ensureAudience(context, wanted)), {
      clock,
      random,
      signal: context.signal,
    }),
  );
}

/** Our mark on the platform's list: stable, and tells a reader of the platform nothing. */
function audienceKey(audienceId: string): string {
  return createHash('sha256').update(`audience:${audienceId}`).digest('hex').slice(0, 16);
}
