/**
 * One request budget per ad account (or whatever else a platform counts requests by), shared by
 * everything that a process sends there. Where the platform says wait, all of it waits.
 */
import PQueue from 'p-queue';
import { ConnectorFailure } from '../../connectors/connector.ts';
import type { Connector, ConnectorContext, Usage } from '../../connectors/connector.ts';
import { sleepUntilStopped } from '../infra/clock.ts';
import type { Clock } from '../infra/clock.ts';
import { AccountWaits, CIRCUIT_OPEN, learnFrom, nothingLearnt } from './wait.ts';
import type { Lesson, Wait } from './wait.ts';

/** Whose budget it is. */
export interface Holder {
  readonly platform: string;
  readonly holder: string;
}

export interface Budget {
  readonly whose: Holder;
  /**
   * Runs `request` when the limits allow it; throws what it throws.
   *
   * @param stopping aborted when waiting is no use any more, since this process is to end
   * @throws AccountWaits when nothing is sent there for longer than is worth waiting for; the
   *   signal's reason when aborted while it waits.
   */
  spend<T>(request: () => Promise<T>, signal: AbortSignal, stopping?: AbortSignal): Promise<T>;
  observe(usage: Usage): void;
  /** What nothing is sent for, if anything. */
  wait(): Wait | null;
  /** The share of the platform's budget that was used when it last told. */
  used(): number | null;
  /** What another process learnt about this budget. */
  heed(wait: Wait): void;
}

export interface Budgets {
  /** The budget that a context's requests are counted in. */
  of(connector: Connector, context: BudgetContext): Budget;
}

type BudgetContext = Pick<ConnectorContext, 'account' | 'credentials' | 'options'>;

export interface BudgetOptions {
  readonly clock: Clock;
  /**
   * False lifts the requests per interval, for a sandbox whose clock stands still; how many
   * requests are in flight stays limited.
   */
  readonly paced?: boolean;
  /** Longest time that a run waits for an account rather than leaving the rest to the next run. */
  readonly patienceMs?: number;
}

/** Longer than the longest block of Meta's lowest access tier, which is 300 seconds. */
const PATIENCE_MS = 10 * 60_000;

/** From this share of a platform's budget on, requests go one at a time. */
const GO_SLOW = 0.75;

/** The budgets of one process. */
export function createBudgets(options: BudgetOptions): Budgets {
  const budgets = new Map<string, Budget>();
  return {
    of(connector, context) {
      const whose = { platform: connector.id, holder: holderOf(connector, context) };
      const key = JSON.stringify([whose.platform, whose.holder]);
      let budget = budgets.get(key);
      if (budget === undefined) {
        budget = createBudget(whose, connector.limits, options);
        budgets.set(key, budget);
      }
      return budget;
    },
  };
}

/**
 * Whether a request fails of what another, that was in flight beside it, has taught already: ten
 * requests that one broken line ends are one failure, not ten behind another.
 */
function isEcho(error: ConnectorFailure, before: Lesson, now: Lesson): boolean {
  if (error.kind === 'transient') return now.failures > before.failures;
  return (
    error.kind === 'throttled' &&
    error.retryAfterMs === undefined &&
    now.throttles > before.throttles
  );
}

function holderOf(connector: Connector, context: BudgetContext): string {
  return connector.budgetOf?.(context) ?? context.account;
}

function createBudget(
  whose: Holder,
  limits: Connector['limits'],
  { clock, paced = true, patienceMs = PATIENCE_MS }: BudgetOptions,
): Budget {
  const queue = new PQueue({
    concurrency: limits.concurrency,
    // Strict: in any stretch of that length, not only in those that a clock happens to cut.
    ...(paced ? { interval: limits.perMs, intervalCap: limits.requests, strict: true } : {}),
  });
  let lesson: Lesson = nothingLearnt;
  let used: number | null = null;

  function learn(next: Lesson): void {
    lesson = next;
    // After failures, and near the end of the budget, one request at a time shows how things are.
    const careful = lesson.opened > 0 || (used ?? 0) >= GO_SLOW;
    queue.concurrency = careful ? 1 : limits.concurrency;
  }

  /** Waits until the account may be spoken to. */
  async function standBy(signal: AbortSignal, stopping?: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const { wait } = lesson;
      if (wait === null) return;
      const now = clock.now();
      const ms = wait.until.getTime() - now.getTime();
      const patient =
        wait.problem.code !== CIRCUIT_OPEN && ms <= patienceMs && stopping?.aborted !== true;
      if (ms > 0 && !patient) throw new AccountWaits(wait, now);
      if (ms > 0) {
        await sleepUntilStopped(clock, ms, signal, stopping);
        if (stopping?.aborted === true) continue;
      }
      // A clock that stands still has waited too; whoever learnt of a longer wait has replaced it.
      if (lesson.wait === wait) learn({ ...lesson, wait: null });
    }
  }

  return {
    whose,
    async spend(request, signal, stopping) {
      return queue.add(async () => {
        await standBy(signal, stopping);
        const before = lesson;
        try {
          const result = await request();
          learn({ ...nothingLearnt, wait: lesson.wait });
          return result;
        } catch (error) {
          if (error instanceof ConnectorFailure && !isEcho(error, before, lesson)) {
            learn(learnFrom(lesson, error, clock.now()));
          }
          throw error;
        }
      });
    },
    observe(usage) {
      used = usage.used;
      learn(learnFrom(lesson, usage, clock.now()));
    },
    wait: () => (lesson.wait !== null && lesson.wait.until > clock.now() ? lesson.wait : null),
    used: () => used,
    heed(wait) {
      if (lesson.wait === null || lesson.wait.until < wait.until) learn({ ...lesson, wait });
    },
  };
}
