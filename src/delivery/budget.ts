/** One request budget per ad account, shared by everything that this process sends there. */
import PQueue from 'p-queue';
import type { Limits } from '../../connectors/connector.ts';

export interface Budget {
  /** Runs `request` when the account's limits allow; throws what it throws. */
  spend<T>(request: () => Promise<T>): Promise<T>;
}

const budgets = new Map<string, Budget>();

/** The budget of an account, by platform and account id. */
export function budgetOf(account: string, limits: Limits): Budget {
  const known = budgets.get(account);
  if (known !== undefined) return known;
  const queue = new PQueue({
    concurrency: limits.concurrency,
    interval: limits.perMs,
    intervalCap: limits.requests,
  });
  const budget: Budget = { spend: (request) => queue.add(request) };
  budgets.set(account, budget);
  return budget;
}
