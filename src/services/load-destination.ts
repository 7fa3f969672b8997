/** Destinations as the connector of their platform is made ready with. */
import { z } from 'zod';
import type { DestinationAccount } from '../delivery/index.ts';
import { RekindleError } from '../errors.ts';
import type { ServiceContext } from './context.ts';

export interface StoredDestination extends DestinationAccount {
  readonly id: string;
}

const Texts = z.record(z.string(), z.string());

/** Every destination, by name. */
export async function loadDestinations({ db }: ServiceContext): Promise<StoredDestination[]> {
  const rows = await db.prisma.destination.findMany({
    orderBy: { name: 'asc' },
    select: {
      id: true,
      name: true,
      platform: true,
      account: true,
      credentials: true,
      options: true,
    },
  });
  return rows.map(({ credentials, options, ...row }) => ({
    ...row,
    credentials: Texts.parse(credentials),
    options: Texts.parse(options),
  }));
}

/** @throws RekindleError `not-found` that lists the destinations. */
export async function loadDestination(
  context: ServiceContext,
  name: string,
): Promise<StoredDestination> {
  const all = await loadDestinations(context);
  const found = all.find((destination) => destination.name === name);
  if (found !== undefined) return found;
  throw new RekindleError(
    'not-found',
    `There is no destination "${name}"; there are: ${all.map((other) => other.name).join(', ') || 'none'}.`,
  );
}
