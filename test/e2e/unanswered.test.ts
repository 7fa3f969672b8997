import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { googleEmulator } from '../../connectors/google/sandbox.ts';
import { loadEmulators } from '../../connectors/sandbox/emulators.ts';
import { eraseCustomer } from '../../src/services/erase-customer.ts';
import { importConsents } from '../../src/services/import-consents.ts';
import { liftSuppression } from '../../src/services/lift-suppression.ts';
import { suppress } from '../../src/services/suppress.ts';
import { runApproved } from '../support/approve.ts';
import { DAY, crowd, engine } from '../support/engine.ts';
import type { Engine } from '../support/engine.ts';
import { bring, digestSet, sha256 } from '../support/people.ts';
import { NOW, everyoneTo, stage } from '../support/stage.ts';

const people = crowd(8);
const rest = people.slice(1);
const JSON_ANSWER = { status: 200, headers: { 'content-type': 'application/json' } };

/** Google takes the next removal, and loses it. */
function loseRemoval(on: Engine): void {
  on.server.inject({
    kind: 'answer',
    platform: 'google',
    path: 'audienceMembers:remove',
    ...JSON_ANSWER,
    body: '{"requestId":"r-lost"}',
  });
}

/** Google goes on saying that it works on what it was asked about. */
function keepWorking(on: Engine, times = 1): void {
  const body = JSON.stringify({
    requestStatusPerDestination: [{ requestStatus: 'PROCESSING' }],
  });
  on.server.inject({
    kind: 'answer',
    platform: 'google',
    path: 'requestStatus',
    ...JSON_ANSWER,
    body,
    times,
  });
}

describe('a removal that Google is still working on', () => {
  it('is not forgotten by the runs meanwhile, and is sent again when it came to nothing', async () => {
    const on = await engine('google', people);
    await on.run();
    await on.run();
    await on.suppress('p-0');
    loseRemoval(on);
    await on.run();
    keepWorking(on);
    await on.run();
    on.server.calm();
    await on.run();
    await on.run();
    expect(on.members('google')).toEqual(digestSet(rest, 'google'));
  });

  it('is not forgotten over an addition of the same person', async () => {
    const on = await engine('google', people);
    await on.run();
    await on.run();
    const moved = { id: 'p-0', email: 'moved@example.jp' };
    await bring(on.context, [moved]);
    loseRemoval(on);
    await on.run();
    const line = {
      customer_id: 'p-0',
      purpose: 'ad_user_data',
      status: 'granted',
      at: '2026-11-01',
    };
    await importConsents(on.context, Readable.from([`${JSON.stringify(line)}\n`]), {
      file: 'test',
      format: 'ndjson',
      encoding: 'utf-8',
      columns: {},
      timezone: 'UTC',
    });
    keepWorking(on, 2);
    expect(await on.run()).toMatchObject({ state: 'incomplete', waiting: 1, added: 0 });
    on.server.calm();
    await on.run();
    await on.run();
    expect(await on.run()).toMatchObject({ state: 'succeeded', waiting: 0, unchanged: 8 });
    expect(on.members('google')).toEqual(digestSet([moved, ...rest], 'google'));
  });
});

describe('an addition that Google is still working on', () => {
  it('is taken off now, and once more should it have come last', async () => {
    const on = await engine('google', people);
    keepWorking(on, 100);
    await on.run();
    await on.suppress('p-0');
    expect(await on.run()).toMatchObject({ removed: 1 });
    const removals = () => on.db.prisma.batch.count({ where: { operation: 'remove' } });
    expect(await removals()).toBe(1);
    // The removal is answered first, the addition behind it.
    on.server.calm();
    await on.db.pool.query(
      `UPDATE batch SET answered_at = sent_at + interval '60 hours', state = 'done', accepted = rows, unknown = 0
       WHERE operation = 'add'`,
    );
    await on.run();
    expect(await removals()).toBe(2);
    on.clock.set(new Date(on.clock.now().getTime() + 2 * DAY));
    await on.run();
    expect(await removals()).toBe(3);
    await on.run();
    await on.run();
    expect(await removals()).toBe(3);
    expect(on.members('google')).toEqual(digestSet(rest, 'google'));
  });

  it('is taken off by the next run where the removal itself was refused', async () => {
    const on = await engine('google', people);
    await on.run();
    await on.db.pool.query(`UPDATE batch SET state = 'pending', ask_at = '2099-01-01'`);
    await on.suppress('p-0');
    on.server.inject({ kind: 'reset', platform: 'google', path: ':remove', times: 10 });
    expect((await on.run()).state).toBe('incomplete');
    on.server.calm();
    expect(await on.run()).toMatchObject({ removed: 1 });
    expect(on.members('google')).toEqual(digestSet(rest, 'google'));
  });

  it('keeps an erasure open', async () => {
    const on = await engine('google', people);
    keepWorking(on, 100);
    await on.run();
    expect(await eraseCustomer(on.context, { customer: 'p-0' })).toMatchObject({
      state: 'pending',
    });
    await on.db.pool.query(
      `UPDATE batch SET state = 'done', accepted = rows, unknown = 0, answered_at = $1 WHERE operation = 'remove'`,
      [on.clock.now()],
    );
    expect(await eraseCustomer(on.context, { customer: 'p-0' })).toMatchObject({
      state: 'pending',
    });
    on.server.calm();
    on.advance(DAY);
    on.clock.set(new Date(on.clock.now().getTime() + DAY));
    await eraseCustomer(on.context, { customer: 'p-0' });
    on.advance(DAY);
    expect(await eraseCustomer(on.context, { customer: 'p-0' })).toMatchObject({ state: 'done' });
    expect(on.members('google')).toEqual(digestSet(rest, 'google'));
  });

  it('lets whoever changes meanwhile wait, and says so', async () => {
    const on = await engine('google', people);
    keepWorking(on, 100);
    await on.run();
    const moved = { id: 'p-0', email: 'moved@example.jp' };
    await bring(on.context, [moved]);
    const run = await on.run();
    expect(run).toMatchObject({
      state: 'incomplete',
      wanted: 8,
      unchanged: 7,
      waiting: 1,
      added: 0,
    });
    expect(run.problem?.message).toContain('1 people who changed');
    on.server.calm();
    await on.run();
    expect(await on.run()).toMatchObject({ state: 'succeeded', unchanged: 8 });
    expect(on.members('google')).toEqual(digestSet([moved, ...rest], 'google'));
    expect(on.members('google')).not.toContain(sha256('p-0@example.jp'));
  });
});

describe('requests of which nobody knows whether Google still works on them', () => {
  /** Google, which works its requests off in the order that suits us least. */
  async function reversed() {
    const on = await stage(NOW, {
      emulators: async (world) => [
        googleEmulator(world, { order: 'reversed' }),
        ...(await loadEmulators(world, ['meta', 'x'])),
      ],
    });
    await on.apply(everyoneTo('google'));
    await bring(on.context, people);
    const run = () => runApproved(on.context, { sync: 'everyone-google', asOf: on.clock.now() });
    return { ...on, run };
  }

  it('never leave somebody there who said no meanwhile', async () => {
    const on = await reversed();
    on.server.inject({ kind: 'lose-answer', platform: 'google', path: 'ingest', times: 5 });
    expect((await on.run()).state).toBe('incomplete');
    await suppress(on.context, { kind: 'customer', value: 'p-0', reason: 'asked' });
    on.advance(5 * 60_000);
    await on.run();
    for (let day = 0; day < 4; day += 1) {
      on.advance(DAY);
      await on.run();
    }
    expect(on.members('google')).toEqual(digestSet(rest, 'google'));
    expect(await on.run()).toMatchObject({ state: 'succeeded', added: 0, removed: 0 });
  });

  it('never take somebody off who has come back', async () => {
    const on = await reversed();
    await on.run();
    on.advance(DAY);
    await suppress(on.context, { kind: 'customer', value: 'p-0', reason: 'asked' });
    on.server.inject({ kind: 'lose-answer', platform: 'google', path: 'remove', times: 5 });
    await on.run();
    await liftSuppression(on.context, { kind: 'customer', value: 'p-0' });
    on.advance(5 * 60_000);
    expect(await on.run()).toMatchObject({ waiting: 1, added: 0 });
    for (let day = 0; day < 4; day += 1) {
      on.advance(DAY);
      await on.run();
    }
    expect(on.members('google')).toEqual(digestSet(people, 'google'));
  });
});
