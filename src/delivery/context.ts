/** What a connector gets of the world: account, secrets, addresses, time. */
import { findConnector } from '../../connectors/registry.ts';
import type { Connector, ConnectorContext } from '../../connectors/connector.ts';
import { RekindleError } from '../errors.ts';
import type { Clock } from '../infra/clock.ts';
import type { Budgets } from './budget.ts';
import type { OnEvent } from './events.ts';

/** The surroundings that connectors are made ready with. */
export interface Surroundings {
  readonly clock: Clock;
  /** The value of a secret by the name of its environment variable. */
  readonly secret: (variable: string) => string;
  /** Addresses that replace a connector's own, by variable name. */
  readonly endpoints: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Aborted when what is in flight is to be finished and nothing more begun. */
  readonly stopping?: AbortSignal | undefined;
  /** Hears of what happens on the way. */
  readonly onEvent?: OnEvent | undefined;
  readonly budgets: Budgets;
  /** Milliseconds that a request may take; two minutes unless said otherwise. */
  readonly deadlineMs?: number;
}

/** One ad account as the configuration has it; credentials are names of environment variables. */
export interface DestinationAccount {
  readonly name: string;
  readonly platform: string;
  readonly account: string;
  readonly credentials: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
}

export interface ReadyConnector {
  readonly connector: Connector;
  readonly context: ConnectorContext;
}

const DEADLINE_MS = 120_000;

/**
 * The connector of a destination with a context to call it with. Secrets are read now.
 *
 * @throws RekindleError `not-found` for an unknown platform, `secret.missing` for an unset variable,
 *   `secret.invalid` for one that cannot be what the platform gave.
 */
export function readyConnector(
  destination: DestinationAccount,
  { clock, secret, endpoints, signal, budgets, deadlineMs = DEADLINE_MS }: Surroundings,
): ReadyConnector {
  const connector = findConnector(destination.platform);
  if (connector === undefined) {
    throw new RekindleError(
      'not-found',
      `The destination "${destination.name}" is on "${destination.platform}", a platform this version does not know.`,
    );
  }
  const kept = new Map<string, unknown>();
  const holder = {
    account: destination.account,
    options: destination.options,
    credentials: Object.fromEntries(
      Object.entries(destination.credentials).map(([name, reference]) => [
        name,
        secret(reference.replace(/^\$/u, '')),
      ]),
    ),
  };
  requireUsable(destination, connector, holder.credentials);
  const budget = budgets.of(connector, holder);
  return {
    connector,
    context: {
      ...holder,
      endpoints: Object.fromEntries(
        Object.entries(connector.endpoints).map(([name, { variable, url }]) => [
          name,
          (endpoints[variable] ?? url).replace(/\/+$/u, ''),
        ]),
      ),
      now: () => clock.now(),
      deadlineMs,
      signal,
      observe: (usage) => budget.observe(usage),
      memo<T>(key: string, make: () => T): T {
        if (!kept.has(key)) kept.set(key, make());
        return kept.get(key) as T;
      },
    },
  };
}

/** What zod says of a value may quote it, so that only the connector's own sentence is passed on. */
function requireUsable(
  destination: DestinationAccount,
  { settings }: Connector,
  values: Readonly<Record<string, string>>,
): void {
  const parsed = settings.credentials.safeParse(values);
  if (parsed.success) return;
  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0] ?? '');
  const own = issue !== undefined && (issue.code === 'custom' || issue.code === 'invalid_format');
  throw new RekindleError(
    'secret.invalid',
    `The value of ${destination.credentials[name] ?? name}, the ${name} of the destination "${destination.name}", is not usable${own ? `: ${issue.message}` : '.'}`,
  );
}
