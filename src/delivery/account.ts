/**
 * An account while we speak to it: by one process at a time, within one budget that all processes
 * know the state of.
 */
import { ConnectorFailure } from '../../connectors/connector.ts';
import type { Connector, ConnectorContext } from '../../connectors/connector.ts';
import type { Db } from '../infra/db.ts';
import { awaitLease, isHeldElsewhere } from '../infra/lease.ts';
import type { Lease } from '../infra/lease.ts';
import { readBudget, storeBudget } from './account-budget.ts';
import type { Budget, Budgets } from './budget.ts';
import { reasonOf } from './events.ts';
import type { OnEvent } from './events.ts';
import type { Clock } from '../infra/clock.ts';
import { RunStopped } from './stop.ts';
import type { Wait } from './wait.ts';

/** What it takes to speak to an account. */
export interface AccountOptions {
  readonly db: Db;
  readonly connector: Connector;
  readonly context: ConnectorContext;
  readonly budgets: Budgets;
  readonly clock: Clock;
  /** Aborted when what is in flight is to be finished and nothing more begun. */
  readonly stopping?: AbortSignal | undefined;
  /** Hears of what happens on the way. */
  readonly onEvent?: OnEvent | undefined;
  /** Told whenever a request stands by because its account waits. */
  readonly onWait?: (wait: Wait) => void;
  /** Told when another process speaks to the account, and is waited for. */
  readonly onBusy?: () => void;
}

export interface Account {
  /** Runs `request` when the account's budget allows it; throws what it throws, or AccountWaits. */
  readonly spend: <T>(request: () => Promise<T>) => Promise<T>;
}

/** One lease per budget and process: whoever comes second in this process shares the first's. */
interface Hold {
  users: number;
  readonly lease: Promise<Lease>;
}
const holds = new WeakMap<Budget, Hold>();

/**
 * Holds an account for the length of `work`. Other processes wait, so that the limits of the
 * platform are kept by all of them together; runs of one process share the account.
 *
 * @throws RekindleError `lease.lost`, before another request, when another process may have it.
 */
export async function withAccount<T>(
  options: AccountOptions,
  work: (account: Account) => Promise<T>,
): Promise<T> {
  const { db, connector, context, budgets, clock, stopping } = options;
  const budget = budgets.of(connector, context);
  const { hold, lease } = await joinHold(options, budget);
  try {
    const { signal: held } = lease;
    return await work({
      async spend(request) {
        const before = budget.wait();
        if (before !== null) tellWait(before, options);
        const asHeld = (): ReturnType<typeof request> => {
          held.throwIfAborted();
          return timed(request, options);
        };
        try {
          return await budget.spend(asHeld, context.signal, stopping);
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
      await lease.release();
    }
  }
}

/**
 * The lease of the account: this process takes it once, and whoever comes second waits along. Should
 * the one who took it on give up, the others take it on themselves: each waits for as long as its own
 * work is wanted.
 */
async function joinHold(
  options: AccountOptions,
  budget: Budget,
): Promise<{ readonly hold: Hold; readonly lease: Lease }> {
  for (;;) {
    const others = holds.get(budget);
    if (others === undefined) {
      const hold = begin(budget, takeAccount(options, budget));
      return { hold, lease: await hold.lease };
    }
    others.users += 1;
    const lease = await unlessStopped(others.lease, options).catch((error: unknown) => {
      others.users -= 1;
      if (isStopped(options)) throw error;
      return null;
    });
    if (lease !== null) return { hold: others, lease };
  }
}

function begin(budget: Budget, lease: Promise<Lease>): Hold {
  const hold: Hold = { users: 1, lease };
  holds.set(budget, hold);
  // The first to hear of it, so that nobody waits for what will not come.
  lease.catch(() => holds.delete(budget));
  return hold;
}

function isStopped({ context, stopping }: AccountOptions): boolean {
  return context.signal.aborted || stopping?.aborted === true;
}

function tellWait(wait: Wait, { onWait, onEvent }: AccountOptions): void {
  onWait?.(wait);
  onEvent?.({ kind: 'waiting', until: wait.until, problem: reasonOf(wait.problem) });
}

/** Runs a request and tells how it ended and how long it took. */
async function timed<T>(request: () => Promise<T>, { clock, onEvent }: AccountOptions): Promise<T> {
  const began = clock.now().getTime();
  const end = (outcome: string): void =>
    onEvent?.({ kind: 'request-ended', outcome, ms: clock.now().getTime() - began });
  try {
    const result = await request();
    end('ok');
    return result;
  } catch (error) {
    end(error instanceof ConnectorFailure ? error.kind : 'error');
    throw error;
  }
}

/** A budget that cannot be written down is worth no request that was answered, and no lease. */
async function tellOthers(db: Db, budget: Budget, now: Date): Promise<void> {
  await storeBudget(db, budget, now).catch(() => {});
}

/** Whether another process speaks to the account now, which `withAccount` would wait for. */
export async function isAccountBusy({
  db,
  connector,
  context,
  budgets,
}: AccountOptions): Promise<boolean> {
  return isHeldElsewhere(db, accountLease(budgets.of(connector, context)));
}

function accountLease({ whose: { platform, holder } }: Budget): string {
  return `account:${platform}:${holder}`;
}

/** Takes the lease, and heeds what other processes have learnt. */
async function takeAccount(options: AccountOptions, budget: Budget): Promise<Lease> {
  const { db, onBusy, onEvent } = options;
  const lease = await awaitLease(db, accountLease(budget), enoughOf(options), () => {
    onBusy?.();
    onEvent?.({ kind: 'account-busy' });
  }).catch((error: unknown) => {
    throw isStopped(options) ? whyStopped(options) : error;
  });
  try {
    const { wait } = await readBudget(db, budget.whose);
    if (wait !== null) budget.heed(wait);
    return lease;
  } catch (error) {
    await lease.release();
    throw error;
  }
}

/** Aborted when what is asked for is no longer wanted. */
function enoughOf({ context, stopping }: AccountOptions): AbortSignal {
  return AbortSignal.any([context.signal, ...(stopping === undefined ? [] : [stopping])]);
}

function whyStopped({ context }: AccountOptions): unknown {
  return context.signal.aborted ? context.signal.reason : new RunStopped('hand-over');
}

/** What is waited for, or why waiting for it is no use any more. */
async function unlessStopped<T>(awaited: Promise<T>, options: AccountOptions): Promise<T> {
  const enough = enoughOf(options);
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(whyStopped(options));
  if (enough.aborted) stop();
  enough.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([awaited, stopped]);
  } finally {
    enough.removeEventListener('abort', stop);
  }
}
