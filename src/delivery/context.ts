/** What a connector gets of the world: account, secrets, addresses, time. */
import { findConnector } from '../../connectors/registry.ts';
import type { Connector, ConnectorContext } from '../../connectors/connector.ts';
import { RekindleError } from '../errors.ts';
import type { Clock } from '../infra/clock.ts';
import type { Budgets } from './budget.ts';

/** The surroundings that connectors are made ready with. */
export interface Surroundings {
  readonly clock: Clock;
  /** The value of a secret by the name of its environment variable. */
  readonly secret: (variable: string) => string;
  /** Addresses that replace a connector's own, by variable name. */
  readonly endpoints: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly budgets: Budgets;
}

/** One ad account as the configuration has it; credentials are names of environment variables. */
export interface DestinationAccount {
  readonly name: string;
  readonly platform: string;
  readonly account: string;
  readonly credentials: Readonly<Record<string, string>>;
}

export interface ReadyConnector {
  readonly connector: Connector;
  readonly context: ConnectorContext;
}

const DEADLINE_MS = 120_000;

/**
 * The connector of a destination with a context to call it with. Secrets are read now.
 *
 * @throws RekindleError `not-found` for an unknown platform, `secret.missing` for an unset variable.
 */
export function readyConnector(
  destination: DestinationAccount,
  { clock, secret, endpoints, signal }: Surroundings,
): ReadyConnector {
  const connector = findConnector(destination.platform);
  if (connector === undefined) {
    throw new RekindleError(
      'not-found',
      `The destination "${destination.name}" is on "${destination.platform}", a platform this version does not know.`,
    );
  }
  const kept = new Map<string, unknown>();
  return {
    connector,
    context: {
      account: destination.account,
      credentials: Object.fromEntries(
        Object.entries(destination.credentials).map(([name, reference]) => [
          name,
          secret(reference.replace(/^\$/u, '')),
        ]),
      ),
      endpoints: Object.fromEntries(
        Object.entries(connector.endpoints).map(([name, { variable, url }]) => [
          name,
          (endpoints[variable] ?? url).replace(/\/+$/u, ''),
        ]),
      ),
      now: () => clock.now(),
      deadlineMs: DEADLINE_MS,
      signal,
      memo<T>(key: string, make: () => T): T {
        if (!kept.has(key)) kept.set(key, make());
        return kept.get(key) as T;
      },
    },
  };
}
