import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { continueErasures, eraseCustomer } from '../../src/services/erase-customer.ts';
import { importConsents } from '../../src/services/import-consents.ts';
import { importCustomers } from '../../src/services/import-customers.ts';
import { importPurchases } from '../../src/services/import-purchases.ts';
import { listErasures } from '../../src/services/list-erasures.ts';
import { runSync } from '../../src/services/run-sync.ts';
import { showCustomer } from '../../src/services/show-customer.ts';
import { suppress } from '../../src/services/suppress.ts';
import { DAY, PLATFORMS, crowd, engine } from '../support/engine.ts';
import type { Engine } from '../support/engine.ts';
import { digestSet } from '../support/people.ts';
import type { TestPerson } from '../support/people.ts';
import { FORBIDDEN } from '../support/platform-answers.ts';
import { everyoneTo } from '../support/stage.ts';
import { tracesOf } from '../support/traces.ts';
import { whileHoldingSync } from '../support/hold-sync.ts';

const people = crowd(8);
const rest = people.slice(1);

/** Erases, and asks again once the platform has had the time that it takes. */
async function eraseFully(on: Engine, customer: string) {
  await eraseCustomer(on.context, { customer });
  on.advance(DAY);
  return eraseCustomer(on.context, { customer });
}

const file = (text: string) => Readable.from([text]);
const CSV = {
  file: 'test.csv',
  format: 'csv',
  encoding: 'utf-8',
  columns: {},
  timezone: 'UTC',
} as const;

describe.each(PLATFORMS)('an erasure on %s', (platform) => {
  it('takes the person off the list, then out of every table, and leaves a receipt', async () => {
    const on = await engine(platform, people);
    await on.run();
    const before = on.clock.now();
    const report = await eraseFully(on, 'p-0');
    expect(on.members(platform)).toEqual(digestSet(rest, platform));
    expect(report).toMatchObject({ state: 'done', customer: null, requestedAt: before });
    expect(report.receipts).toEqual([
      expect.objectContaining({
        platform,
        state: 'removed',
        keysRemoved: 2,
        keysShared: 0,
        problem: null,
      }),
    ]);
    expect(await tracesOf(on.db, 'p-0')).toEqual([]);
    await expect(showCustomer(on.context, { customer: 'p-0' })).rejects.toThrow('was erased on');
  });

  it('does not count against the figures of the next run', async () => {
    const on = await engine(platform, people);
    await on.run();
    await eraseFully(on, 'p-0');
    expect(await on.run()).toMatchObject({ inSegment: 7, wanted: 7, unchanged: 7, removed: 0 });
  });

  it('stays pending and visible while the platform is down, and deletes nothing before', async () => {
    const on = await engine(platform, people);
    await on.run();
    on.server.inject({ kind: 'answer', ...on.uploads, status: 503, body: '', times: 10 });
    const report = await eraseCustomer(on.context, { customer: 'p-0' });
    expect(report).toMatchObject({ state: 'pending', customer: 'p-0', finishedAt: null });
    expect(report.receipts[0]).toMatchObject({ state: 'waiting', attempts: 1 });
    expect(report.receipts[0]?.problem?.message).toBeTruthy();
    expect(await listErasures(on.context, { pendingOnly: true, limit: 9 })).toHaveLength(1);
    expect((await showCustomer(on.context, { customer: 'p-0' })).customer.emails).toHaveLength(1);

    on.server.calm();
    await continueErasures(on.context);
    on.advance(DAY);
    expect(await continueErasures(on.context)).toMatchObject(
      platform === 'google' ? [{ state: 'done' }] : [],
    );
    expect(on.members(platform)).toEqual(digestSet(rest, platform));
    expect(await listErasures(on.context, { pendingOnly: true, limit: 9 })).toEqual([]);
    expect(await tracesOf(on.db, 'p-0')).toEqual([]);
  });

  it('is pending, with what to do, where the token may not do it', async () => {
    const on = await engine(platform, people);
    await on.run();
    on.server.inject({ kind: 'answer', ...on.uploads, ...FORBIDDEN[platform], times: 1 });
    const { receipts } = await eraseCustomer(on.context, { customer: 'p-0' });
    expect(receipts[0]).toMatchObject({ state: 'waiting', problem: { healsItself: false } });
    expect(receipts[0]?.problem?.nextStep).toBeTruthy();
    expect(await eraseFully(on, 'p-0')).toMatchObject({ state: 'done' });
  });

  it('is sent again after a lost answer', async () => {
    const on = await engine(platform, people);
    await on.run();
    on.loseAnswers(5);
    expect(await eraseCustomer(on.context, { customer: 'p-0' })).toMatchObject({
      state: 'pending',
    });
    on.server.calm();
    expect(await eraseFully(on, 'p-0')).toMatchObject({ state: 'done' });
    expect(on.members(platform)).toEqual(digestSet(rest, platform));
  });

  it('leaves a phone that somebody else of the household still has there', async () => {
    const phone = '+819011112222';
    const hana: TestPerson = { id: 'hana', email: 'hana@example.jp', phone };
    const taro: TestPerson = { id: 'taro', email: 'taro@example.jp', phone };
    const on = await engine(platform, [hana, taro, ...rest]);
    await on.run();
    const report = await eraseFully(on, 'hana');
    expect(report).toMatchObject({ state: 'done' });
    expect(report.receipts[0]).toMatchObject({ state: 'removed', keysRemoved: 1, keysShared: 1 });
    expect(on.members(platform)).toEqual(digestSet([taro, ...rest], platform));
    await eraseFully(on, 'taro');
    expect(on.members(platform)).toEqual(digestSet(rest, platform));
  });

  it('takes off somebody whose upload got no answer', async () => {
    const on = await engine(platform, people);
    on.loseAnswers(5);
    expect((await on.run()).state).toBe('incomplete');
    on.server.calm();
    const report = await eraseFully(on, 'p-0');
    if (platform === 'google') {
      // Google may still carry the upload out, for up to two days.
      expect(report).toMatchObject({ state: 'pending' });
      on.advance(2 * DAY);
      await eraseFully(on, 'p-0');
    } else {
      expect(report).toMatchObject({ state: 'done' });
    }
    expect(await eraseCustomer(on.context, { customer: 'p-0' })).toMatchObject({ state: 'done' });
    expect(on.members(platform)).toEqual(digestSet(rest, platform));
  });

  it('goes on where a process died between the request and the answer', async () => {
    const on = await engine(platform, people);
    await on.run();
    on.server.inject({ kind: 'lose-answer', ...on.uploads });
    const reason = new Error('the machine died');
    const controller = new AbortController();
    const dying = on.abortable(controller.signal);
    const clock = {
      now: () => on.clock.now(),
      sleep: () => {
        controller.abort(reason);
        return Promise.reject(reason);
      },
    };
    const context = { ...dying, surroundings: { ...dying.surroundings, clock } };
    await expect(eraseCustomer(context, { customer: 'p-0' })).rejects.toBe(reason);
    expect(await listErasures(on.context, { pendingOnly: true, limit: 9 })).toHaveLength(1);
    expect(await on.run()).toMatchObject({ state: 'succeeded', erased: 1, wanted: 7 });
    if (platform === 'google') await on.run();
    const [erasure] = await listErasures(on.context, { pendingOnly: false, limit: 9 });
    expect(erasure, 'the run itself has seen it through').toMatchObject({ state: 'done' });
    expect(on.members(platform)).toEqual(digestSet(rest, platform));
  });
});

describe('whoever is erased', () => {
  it('is not brought back by any import, and each import says so', async () => {
    const on = await engine('meta', people);
    await on.run();
    await suppress(on.context, { kind: 'customer', value: 'p-0', reason: 'asked' });
    await eraseFully(on, 'p-0');
    const customers = 'customer_id,email\np-0,p-0@example.jp\nnew,new@example.jp\n';
    expect(await importCustomers(on.context, file(customers), CSV)).toMatchObject({
      read: 2,
      inserted: 1,
      rejected: 1,
      rejectedByCode: { erased: 1 },
    });
    const purchases = 'customer_id,purchased_at,amount\np-0,2026-11-01,10\n';
    expect(await importPurchases(on.context, file(purchases), CSV)).toMatchObject({
      read: 1,
      inserted: 0,
      rejectedByCode: { erased: 1 },
      customersCreated: 0,
    });
    const consents = 'customer_id,purpose,status,at\np-0,marketing,granted,2026-11-01\n';
    expect(await importConsents(on.context, file(consents), CSV)).toMatchObject({
      inserted: 0,
      rejectedByCode: { erased: 1 },
    });
    expect(await tracesOf(on.db, 'p-0')).toEqual([]);
  });

  it('is off every audience of every platform before anything is deleted', async () => {
    const on = await engine('meta', people);
    await on.apply(everyoneTo('google'));
    await on.apply(everyoneTo('x'));
    await on.run();
    for (const sync of ['everyone-google', 'everyone-x']) {
      await runSync(on.context, { sync, asOf: on.clock.now(), approved: false });
    }
    on.advance(DAY);
    on.server.inject({
      kind: 'answer',
      platform: 'x',
      path: '/users',
      status: 503,
      body: '',
      times: 10,
    });
    const first = await eraseCustomer(on.context, { customer: 'p-0' });
    expect(first.state).toBe('pending');
    expect(on.members('meta')).toEqual(digestSet(rest, 'meta'));
    on.advance(DAY);
    const second = await eraseCustomer(on.context, { customer: 'p-0' });
    expect(second.receipts.map(({ platform, state }) => [platform, state])).toEqual([
      ['google', 'removed'],
      ['meta', 'removed'],
      ['x', 'waiting'],
    ]);
    expect(await tracesOf(on.db, 'p-0')).not.toEqual([]);
    on.server.calm();
    expect(await eraseCustomer(on.context, { customer: 'p-0' })).toMatchObject({ state: 'done' });
    for (const platform of PLATFORMS) {
      expect(on.members(platform)).toEqual(digestSet(rest, platform));
    }
  });

  it('has to be somebody', async () => {
    const on = await engine('meta', people);
    await expect(eraseCustomer(on.context, { customer: 'nobody' })).rejects.toThrow('no customer');
  });

  it('who was on no audience is gone at once', async () => {
    const on = await engine('meta', people);
    expect(await eraseCustomer(on.context, { customer: 'p-0' })).toMatchObject({
      state: 'done',
      receipts: [{ state: 'clear', keysRemoved: null, attempts: 1 }],
    });
  });

  it('waits while a run of the sync is under way, which may have planned them before', async () => {
    const on = await engine('meta', people);
    const { id } = await on.db.prisma.sync.findFirstOrThrow({ select: { id: true } });
    await whileHoldingSync(on.db, id, async () => {
      const report = await eraseCustomer(on.context, { customer: 'p-0' });
      expect(report.receipts[0]).toMatchObject({
        state: 'waiting',
        problem: { code: 'run.in-progress' },
      });
    });
    expect(await eraseCustomer(on.context, { customer: 'p-0' })).toMatchObject({ state: 'done' });
  });

  it('is named in the audit trail by nothing that tells who it was', async () => {
    const on = await engine('meta', people);
    await showCustomer(on.context, { customer: 'p-0' });
    await eraseCustomer(on.context, { customer: 'p-0' });
    const rows = await on.db.prisma.audit.findMany({
      where: { objectKind: 'customer' },
      orderBy: { id: 'asc' },
      select: { verb: true, objectName: true },
    });
    expect(rows.map(({ verb }) => verb)).toEqual(['show', 'erase']);
    expect(new Set(rows.map(({ objectName }) => objectName)).size).toBe(1);
    expect(rows[0]?.objectName).toMatch(/^erased:[0-9a-f]{16}$/);
  });
});
