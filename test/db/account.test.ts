/** An account is spoken to by one process at a time, and all of them know how it stands. */
import { expect, it } from 'vitest';
import { ConnectorFailure } from '../../connectors/connector.ts';
import type { ConnectorContext } from '../../connectors/connector.ts';
import { x } from '../../connectors/x/index.ts';
import { createBudgets, withAccount } from '../../src/delivery/index.ts';
import { RunStopped } from '../../src/delivery/stop.ts';
import type { AccountOptions } from '../../src/delivery/index.ts';
import { testDatabase } from '../support/database.ts';
import { leapingClock } from '../support/leaping-clock.ts';

const START = new Date('2026-11-21T00:00:00Z');
const db = await testDatabase();

/** Polling on a busy machine. */
const SOON = { timeout: 20_000 };

/** What a process of its own has: the database is all that two of them share. */
function aProcess(account: string, clock = leapingClock(START)): AccountOptions {
  const budgets = createBudgets({ clock, paced: false });
  const context: ConnectorContext = {
    account,
    credentials: {},
    options: {},
    endpoints: {},
    now: () => clock.now(),
    deadlineMs: 1000,
    signal: new AbortController().signal,
    observe: (usage) => budgets.of(x, context).observe(usage),
    memo: (_key, make) => make(),
  };
  return { db, connector: x, context, budgets, clock };
}

/** A piece of work that says when it is at it, and goes on until it is let go. */
function work() {
  const { promise: letGo, resolve: end } = Promise.withResolvers<undefined>();
  let begun = false;
  return {
    run: async () => {
      begun = true;
      await letGo;
    },
    begun: () => begun,
    end: () => end(undefined),
  };
}

it('lets a second process wait until the first is through', async () => {
  const [first, second] = [work(), work()];
  const one = withAccount(aProcess('a'), first.run);
  await expect.poll(first.begun, SOON).toBe(true);
  let waits = false;
  const onBusy = (): void => void (waits = true);
  const other = withAccount({ ...aProcess('a'), onBusy }, second.run);
  await expect.poll(() => waits, SOON).toBe(true);
  expect(second.begun()).toBe(false);
  first.end();
  await one;
  await expect.poll(second.begun, SOON).toBe(true);
  second.end();
  await other;
});

it('lets runs of one process share it, and keeps it until the last is through', async () => {
  const here = aProcess('b');
  const [first, second, stranger] = [work(), work(), work()];
  const one = withAccount(here, first.run);
  const two = withAccount(here, second.run);
  await expect.poll(second.begun, SOON).toBe(true);
  let waits = false;
  const onBusy = (): void => void (waits = true);
  const other = withAccount({ ...aProcess('b'), onBusy }, stranger.run);
  await expect.poll(() => waits, SOON).toBe(true);
  first.end();
  await one;
  expect(stranger.begun()).toBe(false);
  second.end();
  await two;
  await expect.poll(stranger.begun, SOON).toBe(true);
  stranger.end();
  await other;
});

it('is waited for by each for as long as its own work is wanted', async () => {
  const theirs = work();
  const others = withAccount(aProcess('w'), theirs.run);
  await expect.poll(theirs.begun, SOON).toBe(true);
  const here = aProcess('w');
  const [first, second, third] = [work(), work(), work()];
  const [cancelled, stopping] = [new AbortController(), new AbortController()];
  const context = { ...here.context, signal: cancelled.signal };
  const one = withAccount({ ...here, context }, first.run);
  const two = withAccount(here, second.run);
  const three = withAccount({ ...here, stopping: stopping.signal }, third.run);
  const ends = Promise.allSettled([one, three]);
  cancelled.abort(new Error('Cancelled.'));
  stopping.abort();
  const [firstEnd, thirdEnd] = await ends;
  expect(firstEnd).toMatchObject({ reason: { message: 'Cancelled.' } });
  expect(thirdEnd).toMatchObject({ reason: expect.any(RunStopped) });
  expect([first.begun(), second.begun(), third.begun()]).toEqual([false, false, false]);
  theirs.end();
  await others;
  // Whom nobody told to stop is let in, though the one before whom it came gave up.
  await expect.poll(second.begun, SOON).toBe(true);
  second.end();
  await two;
  await withAccount(aProcess('w'), () => Promise.resolve());
});

it('keeps no other account from being spoken to', async () => {
  const [first, second] = [work(), work()];
  const one = withAccount(aProcess('c'), first.run);
  const other = withAccount(aProcess('d'), second.run);
  await expect.poll(() => first.begun() && second.begun(), SOON).toBe(true);
  first.end();
  second.end();
  await Promise.all([one, other]);
});

it('is let go when the work fails', async () => {
  const here = aProcess('e');
  await expect(withAccount(here, () => Promise.reject(new Error('broken')))).rejects.toThrow(
    'broken',
  );
  await withAccount(aProcess('e'), () => Promise.resolve());
});

it('waits in every process for what the platform told one of them', async () => {
  const throttle = new ConnectorFailure('throttled', 'Too many requests.', {
    code: '429',
    nextStep: 'Wait.',
    retryAfterMs: 60_000,
  });
  await withAccount(aProcess('f'), async (account) => {
    await account.spend(() => Promise.reject(throttle)).catch(() => {});
    const row = await db.prisma.accountBudget.findUniqueOrThrow({
      where: { platform_holder: { platform: 'x', holder: 'f' } },
      select: { waitsUntil: true, reason: true },
    });
    // Written at once, so that people see it while the process stands by.
    expect(row).toMatchObject({
      waitsUntil: new Date(START.getTime() + 60_000),
      reason: { code: '429', kind: 'throttled' },
    });
  });
  const clock = leapingClock(START);
  const waits: Date[] = [];
  await withAccount(
    { ...aProcess('f', clock), onWait: ({ until }) => waits.push(until) },
    (account) => account.spend(() => Promise.resolve()),
  );
  expect(waits).toEqual([new Date(START.getTime() + 60_000)]);
  expect(clock.now()).toEqual(new Date(START.getTime() + 60_000));
  const after = await db.prisma.accountBudget.findUniqueOrThrow({
    where: { platform_holder: { platform: 'x', holder: 'f' } },
    select: { waitsUntil: true, reason: true },
  });
  expect(after).toEqual({ waitsUntil: null, reason: null });
});

it('writes down what the platform told of the budget', async () => {
  const here = aProcess('g');
  await withAccount(here, (account) =>
    account.spend(() => {
      here.context.observe({ used: 0.42 });
      return Promise.resolve();
    }),
  );
  expect(
    await db.prisma.accountBudget.findUniqueOrThrow({
      where: { platform_holder: { platform: 'x', holder: 'g' } },
      select: { used: true },
    }),
  ).toEqual({ used: 0.42 });
});

it('leaves connections to work with, however many runs hold accounts', async () => {
  const letGo = Promise.withResolvers<undefined>();
  let begun = 0;
  const runs = Array.from({ length: 20 }, (_, n) =>
    withAccount(aProcess(`many-${n}`), async () => {
      begun += 1;
      await db.pool.query('SELECT 1');
      await letGo.promise;
    }),
  );
  await expect.poll(() => begun, SOON).toBe(20);
  letGo.resolve(undefined);
  await Promise.all(runs);
});
