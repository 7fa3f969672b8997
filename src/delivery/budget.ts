/** One request budget per ad account, shared by everything that a process sends there. */
import PQueue from 'p-queue';
import type { Connector, ConnectorContext } from '../../connectors/connector.ts';

export interface Budget {
  /** Runs `request` when the account's limits allow; throws what it throws. */
  spend<T>(request: () => Promise<T>): Promise<T>;
}

export interface Budgets {
  /** The budget of the account that a context stands for. */
  of(connector: Connector, context: ConnectorContext): Budget;
}

/**
 * The budgets of one process.
 *
 * @param paced false lifts the requests per interval, for a sandbox whose clock stands still; how
 *   many requests are in flight stays limited
 */
export function createBudgets({ paced = true }: { readonly paced?: boolean } = {}): Budgets {
  const budgets = new Map<string, Budget>();
  return {
    of({ id, limits }, { account }) {
      const key = `${id}:${account}`;
      const known = budgets.get(key);
      if (known !== undefined) return known;
      const queue = new PQueue({
        concurrency: limits.concurrency,
        ...(paced ? { interval: limits.perMs, intervalCap: limits.requests } : {}),
      });
      const budget: Budget = { spend: (request) => queue.add(request) };
      budgets.set(key, budget);
      return budget;
    },
  };
}
