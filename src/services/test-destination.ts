/** The named checks of one destination. */
import { CHECKS } from '../../connectors/connector.ts';
import type { Check } from '../../connectors/connector.ts';
import { readBudget, readyConnector } from '../delivery/index.ts';
import type { ServiceContext } from './context.ts';
import { loadDestination } from './load-destination.ts';

export type { Check };

/** @throws RekindleError `not-found` that lists the destinations, `secret.missing`, `secret.invalid`. */
export async function testDestination(
  context: ServiceContext,
  input: { readonly destination: string },
): Promise<Check[]> {
  const destination = await loadDestination(context, input.destination);
  const { surroundings, db } = context;
  const { connector, context: connection } = readyConnector(destination, surroundings);
  const { wait } = await readBudget(db, surroundings.budgets.of(connector, connection).whose);
  if (wait === null || wait.until <= surroundings.clock.now()) return connector.check(connection);
  // Whoever asks a blocked account lengthens the block.
  return CHECKS.map((name): Check =>
    name === 'reach'
      ? {
          name,
          ok: false,
          cause: `Nothing is sent to this account before ${wait.until.toISOString()}: ${wait.problem.message}`,
          fix: wait.problem.nextStep,
        }
      : { name, ok: null, detail: 'Not checked while the account waits.' },
  );
}
