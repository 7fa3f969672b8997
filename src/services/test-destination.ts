/** The named checks of one destination. */
import { CHECKS } from '../../connectors/connector.ts';
import type { Check } from '../../connectors/connector.ts';
import { readBudget, readyConnector } from '../delivery/index.ts';
import type { ServiceContext } from './context.ts';
import { loadDestination } from './load-destination.ts';
import type { StoredDestination } from './load-destination.ts';
import { keepTokenEnd, tokenEnd } from './token-reading.ts';
import type { TokenEnd } from './token-reading.ts';

export type { Check };

/**
 * Checks a destination, and keeps what it says of the token's end for alerts, so that one about a token
 * that was replaced closes at the next look.
 *
 * @throws RekindleError `not-found` that lists the destinations, `secret.missing`, `secret.invalid`.
 */
export async function testDestination(
  context: ServiceContext,
  input: { readonly destination: string },
): Promise<Check[]> {
  const destination = await loadDestination(context, input.destination);
  const checks = await checkDestination(context, destination);
  const end = tokenEnd(checks);
  if (end !== null) await keepTokenEnd(context, destination.id, ofAPerson(end));
  return checks;
}

/**
 * Whoever asks has seen to the token: where it works and its platform does not tell its end, what was
 * known of the one before it is over.
 */
function ofAPerson(end: TokenEnd): TokenEnd {
  return end.state === 'unknown' ? { state: 'works', endsAt: null } : end;
}

/** @throws RekindleError `secret.missing`, `secret.invalid`. */
export async function checkDestination(
  context: ServiceContext,
  destination: StoredDestination,
): Promise<Check[]> {
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
