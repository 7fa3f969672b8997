/** The named checks of one destination. */
import type { Check } from '../../connectors/connector.ts';
import { readyConnector } from '../delivery/index.ts';
import { RekindleError } from '../errors.ts';
import { z } from 'zod';
import type { ServiceContext } from './context.ts';

export type { Check };

const Texts = z.record(z.string(), z.string());

/** @throws RekindleError `not-found` that lists the destinations, `secret.missing`. */
export async function testDestination(
  context: ServiceContext,
  input: { readonly destination: string },
): Promise<Check[]> {
  const { prisma } = context.db;
  const row = await prisma.destination.findUnique({
    where: { name: input.destination },
    select: { name: true, platform: true, account: true, credentials: true, options: true },
  });
  if (row === null) {
    const known = await prisma.destination.findMany({
      orderBy: { name: 'asc' },
      select: { name: true },
    });
    throw new RekindleError(
      'not-found',
      `There is no destination "${input.destination}"; there are: ${known.map(({ name }) => name).join(', ') || 'none'}.`,
    );
  }
  const { connector, context: connectorContext } = readyConnector(
    { ...row, credentials: Texts.parse(row.credentials), options: Texts.parse(row.options) },
    context.surroundings,
  );
  return connector.check(connectorContext);
}
