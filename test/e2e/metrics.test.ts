/** /metrics against what runs say of themselves, over HTTP, as Prometheus would read it. */
import { describe, expect, it } from 'vitest';
import { lockTallies } from '../../src/infra/locks.ts';
import { createMetrics } from '../../src/infra/metrics.ts';
import { createApp } from '../../src/server/app.ts';
import { hearEvents } from '../../src/services/hear-events.ts';
import { eraseCustomer } from '../../src/services/erase-customer.ts';
import { openDb } from '../../src/infra/db.ts';
import { enqueue } from '../../jobs/queue.ts';
import type { RunDetails } from '../../src/services/show-run.ts';
import { crowd, engine } from '../support/engine.ts';
import { readExposition } from '../support/exposition.ts';
import type { Exposition } from '../support/exposition.ts';
import { bring } from '../support/people.ts';
import { served } from '../support/served.ts';
import { NOW } from '../support/stage.ts';

/** A staged sync whose process measures itself, and what /metrics of that process says. */
async function measured(platform: 'meta' | 'google' | 'x', size: number) {
  const on = await engine(platform, crowd(size));
  const metrics = createMetrics();
  const { log } = on.context;
  const context = {
    ...on.context,
    metrics,
    surroundings: { ...on.context.surroundings, onEvent: hearEvents({ log, metrics }) },
  };
  // The engine's own run goes by this object.
  Object.assign(on.context, context);
  const { url } = await served(createApp({ context, loopback: true }));
  const scrape = async (query = ''): Promise<Exposition> => {
    const answer = await fetch(`${url}/metrics${query}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/u);
    return readExposition(await answer.text());
  };
  return { on, url, scrape };
}

/** What runs themselves say became of the people whom they added. */
function rowsAdded(runs: readonly RunDetails[]): Record<string, number> {
  const sum = (of: (run: RunDetails) => number) => runs.reduce((all, run) => all + of(run), 0);
  return {
    accepted: sum(({ delivery }) => delivery.accepted),
    rejected: sum(({ delivery }) => delivery.rejected),
    unknown: sum(({ delivery }) => delivery.unknown),
    not_sent: sum(({ delivery }) => delivery.notSent),
  };
}

function rowsCounted(seen: Exposition, platform: string): Record<string, number> {
  return Object.fromEntries(
    ['accepted', 'rejected', 'unknown', 'not_sent'].map((outcome) => [
      outcome,
      seen.value('rekindle_rows_total', { platform, operation: 'add', outcome }),
    ]),
  );
}

describe('/metrics', () => {
  it('says of runs, batches and rows what the runs say of themselves', async () => {
    const { on, scrape } = await measured('meta', 20);
    const runs = [await on.run()];
    await bring(on.context, crowd(25));
    on.loseAnswers(50);
    runs.push(await on.run());
    on.server.calm();
    await bring(on.context, crowd(27));
    on.server.inject({ kind: 'says', ...on.uploads, mishap: 'forbidden', times: 1 });
    runs.push(await on.run());
    on.server.calm();
    runs.push(await on.run());
    expect(runs.map(({ state }) => state)).toEqual([
      'succeeded',
      'incomplete',
      'failed',
      'succeeded',
    ]);

    const seen = await scrape();
    const of = { sync: on.sync, platform: 'meta' };
    expect(seen.value('rekindle_database_up')).toBe(1);
    expect(seen.value('rekindle_runs_total', { ...of, state: 'succeeded' })).toBe(2);
    expect(seen.value('rekindle_runs_total', { ...of, state: 'incomplete' })).toBe(1);
    expect(seen.value('rekindle_runs_total', { ...of, state: 'failed' })).toBe(1);
    expect(rowsCounted(seen, 'meta')).toEqual(rowsAdded(runs));
    expect(rowsAdded(runs)).toMatchObject({ unknown: 5, not_sent: 7 });
    const batches = runs.flatMap((run) => run.batches);
    for (const state of new Set(batches.map((batch) => batch.state))) {
      const labels = { platform: 'meta', operation: 'add', state };
      expect(seen.value('rekindle_batches_total', labels), state).toBe(
        batches.filter((batch) => batch.state === state).length,
      );
    }
    expect(seen.value('rekindle_runs_under_way', of)).toBe(0);

    const last = runs.at(-1)?.finishedAt?.getTime() ?? 0;
    expect(seen.value('rekindle_last_good_run_timestamp_seconds', of)).toBe(last / 1000);
    expect(seen.value('rekindle_last_good_run_age_seconds', of)).toBe(
      (on.clock.now().getTime() - last) / 1000,
    );
    // Every answer of the platform was measured, by how it ended.
    const asked = on.server.requests().length;
    const counted = seen.sum('rekindle_request_seconds_count', { platform: 'meta' });
    expect(counted).toBeGreaterThan(0);
    expect(counted).toBeLessThanOrEqual(asked);
    expect(
      seen.value('rekindle_request_seconds_count', { platform: 'meta', outcome: 'permission' }),
    ).toBe(1);
  });

  it('counts nobody twice, however often and from however many processes it is asked', async () => {
    const { on, scrape } = await measured('x', 12);
    const run = await on.run();
    const seen = await Promise.all(Array.from({ length: 6 }, () => scrape('?of=database')));
    for (const each of [...seen, await scrape()]) {
      expect(rowsCounted(each, 'x')).toEqual(rowsAdded([run]));
    }
  });

  it('never counts down: not when a run changes after its end, and not when it is deleted', async () => {
    const { on, scrape } = await measured('x', 5);
    const run = await on.run();
    const of = { sync: on.sync, platform: 'x', state: 'succeeded' };
    expect((await scrape()).value('rekindle_runs_total', of)).toBe(1);
    await on.db.pool.query(`UPDATE run SET state = 'failed'`);
    const after = await scrape();
    expect(after.value('rekindle_runs_total', of)).toBe(1);
    expect(after.values('rekindle_runs_total')).toHaveLength(1);
    await on.db.pool.query('DELETE FROM batch WHERE tallied');
    await on.db.pool.query('DELETE FROM run WHERE tallied');
    expect(await on.db.prisma.run.count()).toBe(0);
    const gone = await scrape();
    expect(gone.value('rekindle_runs_total', of)).toBe(1);
    expect(rowsCounted(gone, 'x')).toEqual(rowsAdded([run]));
  });

  it('counts the rows of an upload that is answered later when they have their answer', async () => {
    const { on, scrape } = await measured('google', 9);
    await on.run();
    // The engine lets a day pass after a run; the platform has not been asked since.
    const before = await scrape();
    expect(before.value('rekindle_rows_awaiting_answer', { platform: 'google' })).toBe(9);
    expect(
      before.value('rekindle_batches_under_way', { platform: 'google', state: 'pending' }),
    ).toBe(1);
    expect(before.values('rekindle_rows_total')).toEqual([]);
    await on.run();
    const after = await scrape();
    expect(after.values('rekindle_rows_awaiting_answer')).toEqual([]);
    expect(rowsCounted(after, 'google')).toMatchObject({ accepted: 9, unknown: 0 });
  });

  it('shows a sync that never ran, without a last good run and without counters', async () => {
    const { on, scrape } = await measured('meta', 1);
    const seen = await scrape();
    expect(seen.value('rekindle_runs_under_way', { sync: on.sync, platform: 'meta' })).toBe(0);
    expect(seen.values('rekindle_last_good_run_timestamp_seconds')).toEqual([]);
    expect(seen.values('rekindle_runs_total')).toEqual([]);
  });

  it('does not take the run of an erasure for a good run of its sync', async () => {
    const { on, scrape } = await measured('meta', 3);
    const run = await on.run();
    await eraseCustomer(on.context, { customer: 'p-1' });
    expect(await on.db.prisma.run.count()).toBe(2);
    const of = { sync: on.sync, platform: 'meta' };
    expect((await scrape()).value('rekindle_last_good_run_timestamp_seconds', of)).toBe(
      (run.finishedAt?.getTime() ?? 0) / 1000,
    );
  });

  it('says what is left of the budget of an account, and until when it waits', async () => {
    const { on, scrape } = await measured('meta', 1);
    const account = { platform: 'meta', holder: '42' };
    const until = new Date(NOW.getTime() + 60_000);
    await on.db.prisma.accountBudget.create({
      data: { ...account, used: 0.75, waitsUntil: until, reason: {}, updatedAt: NOW },
    });
    const of = { platform: 'meta', account: '42' };
    const seen = await scrape();
    expect(seen.value('rekindle_account_budget_left_ratio', of)).toBe(0.25);
    expect(seen.value('rekindle_account_waits_until_timestamp_seconds', of)).toBe(
      until.getTime() / 1000,
    );
    on.advance(60_000);
    expect((await scrape()).values('rekindle_account_waits_until_timestamp_seconds')).toEqual([]);
  });

  it('counts the jobs that wait in the queue', async () => {
    const { on, scrape } = await measured('meta', 1);
    expect((await scrape()).values('rekindle_queue_depth')).toEqual([]);
    for (const key of ['a', 'b', 'c']) {
      await enqueue(on.db, on.db.pool, 'purge', { data: {}, key });
    }
    const of = { queue: 'purge', state: 'waiting' };
    expect((await scrape()).value('rekindle_queue_depth', of)).toBe(3);
  });

  it('counts the alerts that are open', async () => {
    const { on, scrape } = await measured('meta', 1);
    const alert = {
      kind: 'run-failed',
      severity: 'urgent',
      objectKind: 'sync',
      openedAt: NOW,
      sentence: 'It failed.',
      nextStep: 'Look.',
    };
    await on.db.prisma.alert.createMany({
      data: [
        { ...alert, cause: 'run-failed:a' },
        { ...alert, cause: 'run-failed:b' },
        { ...alert, cause: 'run-failed:c', closedAt: NOW, recovery: 'It runs again.' },
      ],
    });
    const of = { kind: 'run-failed', severity: 'urgent' };
    expect((await scrape()).value('rekindle_open_alerts', of)).toBe(2);
  });

  it('follows the conventions of names, and holds nothing of a customer', async () => {
    const { on, scrape } = await measured('meta', 3);
    await on.run();
    const seen = await scrape();
    const names = seen.families.map(({ name }) => name);
    for (const { name, type, help } of seen.families) {
      expect(help, name).not.toBe('');
      expect(name).toMatch(/^(?:rekindle|process|nodejs)_[a-z0-9_]+$/u);
      if (type === 'counter') expect(name).toMatch(/_total$/u);
    }
    expect(names).toEqual(expect.arrayContaining(['nodejs_eventloop_lag_seconds']));
    expect(new Set(names).size).toBe(names.length);
    expect(seen.text).not.toMatch(/example\.jp|\bp-\d|8190|[0-9a-f]{64}/u);
  });

  it('gives facts of the database and of the process apart where they are asked for', async () => {
    const { on, url, scrape } = await measured('meta', 1);
    await on.run();
    const own = await scrape('?of=process');
    expect(own.values('rekindle_database_up')).toEqual([]);
    expect(own.sum('rekindle_request_seconds_count', {})).toBeGreaterThan(0);
    const facts = await scrape('?of=database');
    expect(facts.values('nodejs_eventloop_lag_seconds')).toEqual([]);
    expect(facts.value('rekindle_database_up')).toBe(1);
    const wrong = await fetch(`${url}/metrics?of=everything`);
    expect(wrong.status).toBe(400);
  });

  it('serves the totals as they are while another process holds them', async () => {
    const { on, scrape } = await measured('meta', 3);
    await on.run();
    const frozen = await on.db.pool.connect();
    await frozen.query('BEGIN');
    await lockTallies(frozen);
    const meanwhile = await scrape();
    expect(meanwhile.value('rekindle_database_up')).toBe(1);
    expect(meanwhile.values('rekindle_runs_total')).toEqual([]);
    await frozen.query('ROLLBACK');
    frozen.release();
    expect((await scrape()).values('rekindle_runs_total')).toHaveLength(1);
  });

  it('still speaks of its process where the database does not answer', async () => {
    const { on } = await measured('meta', 1);
    const metrics = createMetrics();
    const db = openDb('postgres://nobody@127.0.0.1:1/nowhere');
    const context = { ...on.context, db, metrics };
    const { url } = await served(createApp({ context, loopback: true }));
    const seen = readExposition(await (await fetch(`${url}/metrics`)).text());
    expect(seen.value('rekindle_database_up')).toBe(0);
    expect(seen.values('process_resident_memory_bytes')).toHaveLength(1);
    const ready = await fetch(`${url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ status: 'database-unreachable' });
    await db.close();
  });
});
