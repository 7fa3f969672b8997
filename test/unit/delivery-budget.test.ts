/** One budget for everything that a process sends to an account. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { ConnectorFailure } from '../../connectors/connector.ts';
import type { Connector } from '../../connectors/connector.ts';
import { x } from '../../connectors/x/index.ts';
import { createBudgets } from '../../src/delivery/index.ts';
import { AccountWaits } from '../../src/delivery/wait.ts';
import { leapingClock } from '../support/leaping-clock.ts';

const START = new Date('2026-11-21T00:00:00Z');
const MINUTE = 60_000;
const account = (name: string) => ({ account: name, credentials: {}, options: {} });
const { signal } = new AbortController();

/** X with limits of our choice: what is tested here asks for no more of a connector. */
function connectorOf(limits: Partial<Connector['limits']>): Connector {
  return { ...x, limits: { ...x.limits, concurrency: 4, ...limits } };
}

function throttle(retryAfterMs?: number): ConnectorFailure {
  return new ConnectorFailure('throttled', 'Too many requests.', {
    code: '429',
    nextStep: 'Wait.',
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** Requests that are answered when the test says so. */
function requests() {
  let inFlight = 0;
  let most = 0;
  const open: (() => void)[] = [];
  return {
    async make(): Promise<void> {
      inFlight += 1;
      most = Math.max(most, inFlight);
      await new Promise<void>((resolve) => open.push(resolve));
      inFlight -= 1;
    },
    answerAll: async (work: Promise<unknown>) => {
      const answering = setInterval(() => open.shift()?.());
      await work;
      clearInterval(answering);
    },
    most: () => most,
  };
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('the budget of an account', () => {
  it('lets as many requests go at once as the connector allows, over all who spend it', async () => {
    const budgets = createBudgets({ clock: leapingClock(START), paced: false });
    const connector = connectorOf({});
    const traffic = requests();
    const work = Promise.all(
      Array.from({ length: 20 }, () =>
        budgets.of(connector, account('a')).spend(() => traffic.make(), signal),
      ),
    );
    await traffic.answerAll(work);
    expect(traffic.most()).toBe(4);
  });

  it('is one for all contexts of the account, and another for another account', () => {
    const budgets = createBudgets({ clock: leapingClock(START) });
    const connector = connectorOf({});
    expect(budgets.of(connector, account('a'))).toBe(budgets.of(connector, account('a')));
    expect(budgets.of(connector, account('a'))).not.toBe(budgets.of(connector, account('b')));
  });

  it('is that of the holder whom the connector names', () => {
    const budgets = createBudgets({ clock: leapingClock(START) });
    const connector: Connector = { ...connectorOf({}), budgetOf: () => 'project 7' };
    const budget = budgets.of(connector, account('a'));
    expect(budget).toBe(budgets.of(connector, account('b')));
    expect(budget.whose).toEqual({ platform: 'x', holder: 'project 7' });
  });

  it('stands by as long as the platform said, then sends', async () => {
    const clock = leapingClock(START);
    const budget = createBudgets({ clock, paced: false }).of(connectorOf({}), account('a'));
    await failureOf(budget.spend(() => Promise.reject(throttle(5 * MINUTE)), signal));
    expect(budget.wait()?.until).toEqual(new Date(START.getTime() + 5 * MINUTE));
    expect(await budget.spend(() => Promise.resolve('sent'), signal)).toBe('sent');
    expect(clock.now()).toEqual(new Date(START.getTime() + 5 * MINUTE));
    expect(budget.wait()).toBeNull();
  });

  it('lets other accounts go on meanwhile', async () => {
    const clock = leapingClock(START);
    const budgets = createBudgets({ clock, paced: false });
    const connector = connectorOf({});
    const blocked = budgets.of(connector, account('a'));
    await failureOf(blocked.spend(() => Promise.reject(throttle(MINUTE)), signal));
    await budgets.of(connector, account('b')).spend(() => Promise.resolve(), signal);
    expect(clock.now()).toEqual(START);
  });

  it('is given up, with until when, where the wait is longer than a run waits', async () => {
    const clock = leapingClock(START);
    const budgets = createBudgets({ clock, paced: false, patienceMs: 10 * MINUTE });
    const budget = budgets.of(connectorOf({}), account('a'));
    await failureOf(budget.spend(() => Promise.reject(throttle(11 * MINUTE)), signal));
    const error = await failureOf(budget.spend(() => Promise.resolve(), signal));
    expect(error).toBeInstanceOf(AccountWaits);
    expect(error).toMatchObject({
      kind: 'throttled',
      code: '429',
      retryAfterMs: 11 * MINUTE,
      message: expect.stringContaining('2026-11-21T00:11:00.000Z'),
    });
    expect(clock.now()).toEqual(START);
  });

  it('is not spent after one failure behind another, and tried again later', async () => {
    const clock = leapingClock(START);
    const budget = createBudgets({ clock, paced: false }).of(connectorOf({}), account('a'));
    const lost = new ConnectorFailure('transient', 'No answer.', { code: 'T', nextStep: 'Wait.' });
    for (let n = 0; n < 10; n += 1)
      await failureOf(budget.spend(() => Promise.reject(lost), signal));
    let sent = 0;
    const send = () => budget.spend(() => Promise.resolve((sent += 1)), signal);
    expect(await failureOf(send())).toMatchObject({ code: 'CIRCUIT_OPEN', kind: 'transient' });
    expect(sent).toBe(0);
    await clock.sleep(30_000);
    await send();
    expect(sent).toBe(1);
  });

  it('counts what fails together as one failure', async () => {
    const budget = createBudgets({ clock: leapingClock(START), paced: false }).of(
      connectorOf({ concurrency: 10 }),
      account('a'),
    );
    const lost = new ConnectorFailure('transient', 'No answer.', { code: 'T', nextStep: 'Wait.' });
    const together = async (failure: ConnectorFailure) =>
      Promise.all(
        Array.from({ length: 10 }, () =>
          failureOf(
            budget.spend(async () => {
              await nextTurn();
              throw failure;
            }, signal),
          ),
        ),
      );
    for (let round = 1; round <= 9; round += 1) await together(lost);
    expect(budget.wait()).toBeNull();
    await together(throttle());
    expect(budget.wait()?.until).toEqual(new Date(START.getTime() + 30_000));
  });

  it('lets one request go at a time once three quarters are used', async () => {
    const budget = createBudgets({ clock: leapingClock(START), paced: false }).of(
      connectorOf({}),
      account('a'),
    );
    budget.observe({ used: 0.75 });
    const traffic = requests();
    const work = Promise.all(
      Array.from({ length: 6 }, () => budget.spend(() => traffic.make(), signal)),
    );
    await traffic.answerAll(work);
    expect(traffic.most()).toBe(1);
    expect(budget.used()).toBe(0.75);
  });

  it('starts no more requests in any stretch of time than the connector allows', async () => {
    vi.useFakeTimers();
    try {
      const budget = createBudgets({ clock: leapingClock(START) }).of(
        connectorOf({ requests: 3, perMs: 1000, concurrency: 10 }),
        account('a'),
      );
      const starts: number[] = [];
      const ask = () => budget.spend(() => Promise.resolve(starts.push(Date.now())), signal);
      const begin = Date.now();
      const work = [ask()];
      await vi.advanceTimersByTimeAsync(900);
      work.push(...Array.from({ length: 8 }, ask));
      await vi.advanceTimersByTimeAsync(5000);
      await Promise.all(work);
      const over = starts.filter(
        (start) => starts.filter((other) => other >= start && other < start + 1000).length > 3,
      );
      expect(over).toEqual([]);
      expect(starts[0]).toBe(begin);
      expect(starts).toHaveLength(9);
    } finally {
      vi.useRealTimers();
    }
  });

  it('ends its standing by when the run is cancelled', async () => {
    const clock = leapingClock(START);
    const budget = createBudgets({ clock, paced: false }).of(connectorOf({}), account('a'));
    await failureOf(budget.spend(() => Promise.reject(throttle(MINUTE)), signal));
    const cancelled = AbortSignal.abort(new Error('cancelled'));
    expect(await failureOf(budget.spend(() => Promise.resolve(), cancelled))).toMatchObject({
      message: 'cancelled',
    });
  });
});
