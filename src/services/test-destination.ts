/** The named checks of one destination. */
import type { Check } from '../../connectors/connector.ts';
import { readyConnector } from '../delivery/index.ts';
import type { ServiceContext } from './context.ts';
import { loadDestination } from './load-destination.ts';

export type { Check };

/** @throws RekindleError `not-found` that lists the destinations, `secret.missing`, `secret.invalid`. */
export async function testDestination(
  context: ServiceContext,
  input: { readonly destination: string },
): Promise<Check[]> {
  const destination = await loadDestination(context, input.destination);
  const ready = readyConnector(destination, context.surroundings);
  return ready.connector.check(ready.context);
}
