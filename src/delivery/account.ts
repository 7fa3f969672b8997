/**
 * An account while we speak to it: by one process at a time, within one budget that all processes
 * know the state of.
 */
import type { Connector, ConnectorContext } from '../../connectors/connector.ts';
import { lockConnection } from '../infra/db.ts';
import type { Db } from '../infra/db.ts';
import { lockAccount } from '../infra/locks.ts';
import { readBudget, storeBudget } from './account-budget.ts';
import type { Budget, Budgets } from './budget.ts';
import type { Clock } from '../infra/clock.ts';
import type { Wait } from './wait.ts';

/** What it takes to speak to an account. */
export interface AccountOptions {
  readonly db: Db;
  readonly connector: Connector;
  readonly context: ConnectorContext;
  readonly budgets: Budgets;
  readonly clock: Clock;
  /** Told whenever a request stands by because its account waits. */
  readonly onWait?: (wait: Wait) => void;
  /** Told when another process speaks to the account, and is waited for. */
  readonly onBusy?: () => void;
}

export interface Account {
  /** Runs `request` when the account's budget allows it; throws what it throws, or AccountWaits. */
  readonly spend: <T>(request: () => Promise<T>) => Promise<T>;
}

/** One holder per budget and process: whoever comes second in this process shares the first's lock. */
interface Hold {
  users: number;
  readonly release: Promise<() => Promise<void>>;
}
const holds = new WeakMap<Budget, Hold>();

/**
 * Holds an account for the length of `work`. Other processes wait, so that the limits of the
 * platform are kept by all of them together; runs of one process share the account.
 */
export async function withAccount<T>(
  options: AccountOptions,
  work: (account: Account) => Promise<T>,
): Promise<T> {
  const { db, connector, context, budgets, clock } = options;
  const budget = budgets.of(connector, context);
  const hold = holds.get(budget) ?? { users: 0, release: takeHold(db, budget, options.onBusy) };
  holds.set(budget, hold);
  hold.users += 1;
  try {
    await hold.release;
    return await work({
      async spend(request) {
        const before = budget.wait();
        if (before !== null) options.onWait?.(before);
        try {
          return await budget.spend(request, context.signal);
        } finally {
          // At once, so that others see until when, while this process stands by.
          if (budget.wait() !== before) await tellOthers(db, budget, clock.now());
        }
      },
    });
  } finally {
    hold.users -= 1;
    if (hold.users === 0) {
      holds.delete(budget);
      await tellOthers(db, budget, clock.now());
      const release = await hold.release.catch(() => null);
      await release?.();
    }
  }
}

/** A budget that cannot be written down is worth no request that was answered, and no lock. */
async function tellOthers(db: Db, budget: Budget, now: Date): Promise<void> {
  await storeBudget(db, budget, now).catch(() => {});
}

/** Takes the lock on a connection of its own, and heeds what other processes have learnt. */
async function takeHold(db: Db, budget: Budget, onBusy?: () => void): Promise<() => Promise<void>> {
  const client = await lockConnection(db);
  try {
    const unlock = await lockAccount(client, budget.whose, onBusy);
    const { wait } = await readBudget(db, budget.whose);
    if (wait !== null) budget.heed(wait);
    return async () => {
      await unlock();
      client.release();
    };
  } catch (error) {
    client.release(true);
    throw error;
  }
}
