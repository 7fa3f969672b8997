import { describe, expect, it } from 'vitest';
import {
  continueErasures,
  eraseCustomer,
  eraseWithoutList,
} from '../../src/services/erase-customer.ts';
import { refreshIdentities } from '../../src/identity/index.ts';
import { inTransaction } from '../../src/infra/db.ts';
import { runSync } from '../../src/services/run-sync.ts';
import { suppress } from '../../src/services/suppress.ts';
import { requestErasure } from '../../src/sync/index.ts';
import { crowd, engine } from '../support/engine.ts';
import type { Engine } from '../support/engine.ts';
import { bring, digestSet, sha256 } from '../support/people.ts';
import type { TestPerson } from '../support/people.ts';
import { REFUSALS } from '../support/platform-answers.ts';
import { NOW, everyoneTo } from '../support/stage.ts';
import { tracesOf } from '../support/traces.ts';
import { whileHoldingSync } from '../support/hold-sync.ts';

const people = crowd(8);
const rest = people.slice(1);
const refused = { kind: 'answer', ...REFUSALS.meta } as const;

/** How many processes of a database wait for a row or a lock that another has. */
async function waitingForLocks({ db }: Engine): Promise<number> {
  const { rows } = await db.pool.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rows[0]?.n ?? 0;
}

/** A run that puts `p-0` on the audience while the request to erase them is still being written. */
async function runBeforeSeeing(on: Engine) {
  await refreshIdentities(on.db, { now: NOW });
  return inTransaction(on.db, async (client) => {
    await requestErasure(client, 'p-0', NOW);
    return on.run();
  });
}

describe('beside an erasure', () => {
  it('a sync that is made and run before the request is seen is answered for too', async () => {
    const on = await engine('meta', people);
    await on.run();
    const client = await on.db.pool.connect();
    try {
      await client.query('BEGIN');
      await requestErasure(client, 'p-0', NOW);
      await on.apply(everyoneTo('x'));
      await runSync(on.context, { sync: 'everyone-x', asOf: NOW, approved: false });
      expect(on.members('x')).toEqual(digestSet(people, 'x'));
      await client.query('COMMIT');
    } finally {
      client.release();
    }
    const report = await eraseCustomer(on.context, { customer: 'p-0' });
    expect(report.receipts.map(({ sync, state }) => [sync, state])).toEqual([
      ['everyone-meta', 'removed'],
      ['everyone-x', 'removed'],
    ]);
    expect(on.members('x')).toEqual(digestSet(rest, 'x'));
    expect(await tracesOf(on.db, 'p-0')).toEqual([]);
  });

  it('a refresh of identities that was under way brings nothing back', async () => {
    const on = await engine('meta', people);
    await on.db.pool.query('UPDATE customer SET identity_stale = true');
    const importing = await on.db.pool.connect();
    try {
      await importing.query('BEGIN');
      await importing.query('SELECT pg_advisory_xact_lock(7270155002)');
      const erasing = eraseCustomer(on.context, { customer: 'p-0' });
      const isWaiting = async (processes: number) => {
        const { rows } = await on.db.pool.query<{ n: number }>(
          `SELECT count(*)::int AS n FROM pg_locks
           WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
        );
        return rows[0]?.n === processes;
      };
      await expect.poll(() => isWaiting(1)).toBe(true);
      const refreshing = refreshIdentities(on.db, { now: NOW });
      await expect.poll(() => isWaiting(2)).toBe(true);
      await importing.query('COMMIT');
      expect(await erasing).toMatchObject({ state: 'done' });
      await refreshing;
    } finally {
      importing.release();
    }
    expect(await tracesOf(on.db, 'p-0')).toEqual([]);
  });

  it('others who ask for the same make one request of it', async () => {
    const on = await engine('meta', people);
    await on.run();
    const asked = Array.from({ length: 3 }, () => eraseCustomer(on.context, { customer: 'p-0' }));
    await Promise.all(asked);
    expect(await eraseCustomer(on.context, { customer: 'p-0' })).toMatchObject({ state: 'done' });
    expect(await on.db.prisma.erasure.count()).toBe(1);
    expect(on.members('meta')).toEqual(digestSet(rest, 'meta'));
  });

  it('a bug on one audience stops neither the others nor the runs', async () => {
    const on = await engine('meta', people);
    await on.apply(everyoneTo('x'));
    await on.run();
    await runSync(on.context, { sync: 'everyone-x', asOf: NOW, approved: false });
    await on.db.pool.query(`UPDATE destination SET consent_policy = '[]' WHERE platform = 'meta'`);
    await expect(eraseCustomer(on.context, { customer: 'p-0' })).rejects.toThrow('expected object');
    expect(on.members('x')).toEqual(digestSet(rest, 'x'));
    await expect(continueErasures(on.context)).rejects.toThrow('expected object');
    const run = await runSync(on.context, { sync: 'everyone-x', asOf: NOW, approved: false });
    expect(run).toMatchObject({ state: 'succeeded', wanted: 7 });
    await on.db.pool.query(`UPDATE destination SET consent_policy = '{}'`);
    expect(await continueErasures(on.context)).toMatchObject([{ state: 'done' }]);
  });
});

describe('the receipt of an erasure', () => {
  it('says clear where the only upload was refused', async () => {
    const on = await engine('meta', people);
    on.server.inject({ ...refused, ...on.uploads });
    await on.run();
    const { receipts } = await eraseCustomer(on.context, { customer: 'p-0' });
    expect(receipts).toMatchObject([{ state: 'clear', keysRemoved: null, requestIds: [] }]);
  });

  it('says removed, without a number, where a run took the person off meanwhile', async () => {
    const on = await engine('meta', people);
    await on.run();
    on.server.inject({ kind: 'answer', ...on.uploads, status: 503, body: '', times: 5 });
    await inTransaction(on.db, (client) => requestErasure(client, 'p-0', NOW));
    on.server.calm();
    expect(await on.run()).toMatchObject({ erased: 1, removed: 1 });
    expect(await eraseCustomer(on.context, { customer: 'p-0' })).toMatchObject({
      state: 'done',
      receipts: [{ state: 'removed', keysRemoved: null }],
    });
  });

  it('says removed where a run that had not seen the request put the person there, and the next took them off at once', async () => {
    const on = await engine('meta', people);
    expect(await runBeforeSeeing(on)).toMatchObject({ erased: 0, added: 8 });
    expect(await on.run()).toMatchObject({ erased: 1, removed: 1 });
    expect(await on.db.prisma.erasureReceipt.findMany()).toMatchObject([
      { wasThere: false, state: 'removed', keysRemoved: null },
    ]);
    expect(on.members('meta')).toEqual(digestSet(rest, 'meta'));
  });

  it('does not stay clear where a run put the person there after that answer', async () => {
    const [first] = people;
    const twin: TestPerson = { ...first, id: 'twin' };
    const on = await engine('meta', [...people, twin]);
    await runBeforeSeeing(on);
    await on.db.pool.query(`UPDATE erasure_receipt SET state = 'clear'`);
    // Another person carries all their keys: nothing is sent, and still they were there.
    expect(await eraseCustomer(on.context, { customer: 'p-0' })).toMatchObject({
      state: 'pending',
      receipts: [{ state: 'waiting' }],
    });
    expect(await continueErasures(on.context, { afterRunOf: on.sync })).toMatchObject([
      { state: 'done', receipts: [{ state: 'removed' }] },
    ]);
  });

  it('once given is not taken back by another process that found the audience busy', async () => {
    const on = await engine('meta', people);
    await on.apply(everyoneTo('x'));
    await on.run();
    const runX = () => runSync(on.context, { sync: 'everyone-x', asOf: NOW, approved: false });
    await runX();
    await inTransaction(on.db, (client) => requestErasure(client, 'p-0', NOW));
    const everyoneX = { where: { name: 'everyone-x' } };
    const { id } = await on.db.prisma.sync.findUniqueOrThrow(everyoneX);
    const busy = await on.db.pool.connect();
    try {
      // An erasure that stands still at the first audience has the second yet to try.
      await busy.query('BEGIN');
      await busy.query(
        `SELECT 1 FROM membership JOIN audience ON audience.id = audience_id
         WHERE customer_id = 'p-0' AND sync_id <> $1 FOR UPDATE OF membership`,
        [id],
      );
      const erasing = eraseCustomer(on.context, { customer: 'p-0' });
      await expect.poll(() => waitingForLocks(on)).toBe(1);
      const running = runX();
      const answered = { state: 'removed', audience: { syncId: id } };
      const answers = () => on.db.prisma.erasureReceipt.count({ where: answered });
      await expect.poll(answers).toBe(1);
      await whileHoldingSync(on.db, id, async () => {
        await busy.query('COMMIT');
        expect(await erasing).toMatchObject({
          state: 'done',
          receipts: [{ state: 'removed' }, { state: 'removed', problem: null }],
        });
      });
      expect(await running).toMatchObject({ state: 'succeeded', erased: 1 });
    } finally {
      busy.release();
    }
  });

  it('is given by a person where the list is no more', async () => {
    const on = await engine('x', people);
    await on.run();
    const gone = { status: 404, headers: { 'content-type': 'application/json' } };
    const body = '{"errors":[{"code":"NOT_FOUND","message":"Not found"}],"request":{"params":{}}}';
    on.server.inject({ kind: 'answer', ...on.uploads, ...gone, body, times: 9 });
    const pending = await eraseCustomer(on.context, { customer: 'p-0' });
    expect(pending.receipts).toMatchObject([{ state: 'waiting', problem: { healsItself: false } }]);
    const other = { customer: 'p-1', sync: on.sync };
    await expect(eraseWithoutList(on.context, other)).rejects.toThrow('No erasure');
    expect(await eraseWithoutList(on.context, { customer: 'p-0', sync: on.sync })).toMatchObject({
      state: 'done',
      receipts: [{ state: 'gone' }],
    });
    expect(await tracesOf(on.db, 'p-0')).toEqual([]);
  });

  it('names no key as shared with somebody who never got there', async () => {
    const phone = '+819011112222';
    const hana: TestPerson = { id: 'hana', email: 'hana@example.jp', phone };
    const on = await engine('meta', [hana, ...rest]);
    await on.run();
    const taro: TestPerson = { id: 'taro', email: 'taro@example.jp', phone };
    await bring(on.context, [taro]);
    on.server.inject({ ...refused, ...on.uploads });
    await on.run();
    const { receipts } = await eraseCustomer(on.context, { customer: 'hana' });
    expect(receipts).toMatchObject([{ state: 'removed', keysRemoved: 2, keysShared: 0 }]);
    expect(on.members('meta')).not.toContain(sha256(phone.slice(1)));
  });
});

it('nobody who was erased is suppressed by their id: that would write it down again', async () => {
  const on = await engine('meta', people);
  await eraseCustomer(on.context, { customer: 'p-0' });
  const again = suppress(on.context, { kind: 'customer', value: 'p-0' });
  await expect(again).rejects.toThrow('was erased at their request');
  expect(await tracesOf(on.db, 'p-0')).toEqual([]);
});

it('an id too long for a platform keeps nobody else off the list', async () => {
  const on = await engine('x', people);
  await on.apply(everyoneTo('x').replace('[email, phone]', '[email, phone, external_id]'));
  await on.db.pool.query(
    `UPDATE customer SET external_id = repeat('顧', 60), identity_stale = true, contact_version = 2 WHERE customer_id = 'p-0'`,
  );
  expect(await on.run()).toMatchObject({ state: 'succeeded', wanted: 8 });
  expect(on.members('x')).toEqual(digestSet(people, 'x'));
});
