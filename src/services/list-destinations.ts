/** The ad accounts, and until when nothing is sent to them, if so. */
import { readBudget, readyConnector } from '../delivery/index.ts';
import type { DestinationAccount } from '../delivery/index.ts';
import { RekindleError } from '../errors.ts';
import type { ServiceContext } from './context.ts';
import { loadDestinations } from './load-destination.ts';

export interface DestinationState {
  readonly name: string;
  readonly platform: string;
  readonly account: string;
  /** Share of the platform's request budget that was used when it last told; null where unknown. */
  readonly budgetUsed: number | null;
  /** Null where requests may be sent. */
  readonly waits: {
    readonly until: Date;
    readonly code: string;
    readonly message: string;
    readonly nextStep: string;
  } | null;
}

/** Every destination by name. One whose credentials are not set has a budget nobody knows of. */
export async function listDestinations(context: ServiceContext): Promise<DestinationState[]> {
  const destinations = await loadDestinations(context);
  return Promise.all(
    destinations.map(async (destination) => ({
      name: destination.name,
      platform: destination.platform,
      account: destination.account,
      ...(await budgetState(context, destination)),
    })),
  );
}

async function budgetState(
  { db, surroundings }: ServiceContext,
  account: DestinationAccount,
): Promise<Pick<DestinationState, 'budgetUsed' | 'waits'>> {
  try {
    const { connector, context } = readyConnector(account, surroundings);
    const { used, wait } = await readBudget(db, surroundings.budgets.of(connector, context).whose);
    if (wait === null || wait.until <= surroundings.clock.now()) {
      return { budgetUsed: used, waits: null };
    }
    const { code, message, nextStep } = wait.problem;
    return { budgetUsed: used, waits: { until: wait.until, code, message, nextStep } };
  } catch (error) {
    if (!(error instanceof RekindleError)) throw error;
    return { budgetUsed: null, waits: null };
  }
}
