/**
 * What has to hold of the engine on every platform when things go wrong, each case with the sentence
 * that says so. A platform in connectors/registry.ts is tried on all of them.
 */
/* oxlint-disable vitest/no-standalone-expect -- the tests are in engine.test.ts */
import { expect } from 'vitest';
import type { Mishap } from '../../connectors/sandbox/emulator.ts';
import { listDestinations } from '../../src/services/list-destinations.ts';
import { runSync } from '../../src/services/run-sync.ts';
import { showRun } from '../../src/services/show-run.ts';
import { crowd } from '../support/engine.ts';
import { everyoneTo } from '../support/stage.ts';
import type { OwnFault } from './connector-stage.ts';
import { DAY, engineStage } from './engine-stage.ts';
import type { EngineStage } from './engine-stage.ts';

export interface EngineCase {
  readonly must: string;
  /** Milliseconds that a request may take, where the case is about answers that do not come. */
  readonly deadlineMs?: number;
  readonly run: (on: EngineStage) => Promise<void>;
}

const PEOPLE = crowd(12);

/** The figures of rule 7. */
function expectToReconcile(run: Awaited<ReturnType<EngineStage['run']>>): void {
  const { delivery } = run;
  expect(run.unchanged + run.waiting + run.added).toBe(run.wanted);
  expect(delivery.accepted + delivery.rejected + delivery.unknown + delivery.notSent).toBe(
    run.added,
  );
}

async function expectExact(on: EngineStage, people = PEOPLE): Promise<void> {
  const run = await on.run();
  expect(run.state).toBe('succeeded');
  expect(on.list()).toEqual(on.keysOf(people));
}

const FAULTS: readonly (readonly [string, OwnFault])[] = [
  ['a throttle that says how long', { kind: 'says', mishap: 'throttled' }],
  ['a throttle that says nothing', { kind: 'says', mishap: 'throttled-silently' }],
  ['an error of the platform', { kind: 'says', mishap: 'server-error' }],
  ['a connection that was reset', { kind: 'reset' }],
  ['an answer that was lost', { kind: 'lose-answer' }],
  ['a page of HTML with 502', { kind: 'html', status: 502 }],
  ['a page of HTML with 200', { kind: 'html', status: 200 }],
  ['half an answer', { kind: 'garbled' }],
];
const SILENCES: readonly (readonly [string, OwnFault])[] = [
  ['silence after the work was done', { kind: 'hang', carriedOut: true }],
  ['silence before anything was done', { kind: 'hang', carriedOut: false }],
  ['an answer that drips', { kind: 'drip', gapMs: 50 }],
];

const HEALING: readonly EngineCase[] = [
  ...FAULTS.map(([name, fault]) => ({ name, fault, deadline: {} })),
  ...SILENCES.map(([name, fault]) => ({ name, fault, deadline: { deadlineMs: 600 } })),
].map(({ name, fault, deadline }): EngineCase => ({
  must: `ends exact in the same run over ${name}`,
  ...deadline,
  async run(on) {
    await on.bring(PEOPLE);
    on.befall({ ...fault, times: 1 });
    const run = await on.run();
    expectToReconcile(run);
    expect(run.state).toBe('succeeded');
    expect(on.server.faults()).toEqual([]);
    expect(on.list()).toEqual(on.keysOf(PEOPLE));
  },
}));

const REFUSED: readonly EngineCase[] = (
  ['token-expired', 'forbidden', 'terms-not-accepted', 'refused'] satisfies Mishap[]
).map((mishap): EngineCase => ({
  must: `fails for a "${mishap}" with what to do, and is exact once that is done`,
  async run(on) {
    await on.bring(PEOPLE);
    on.befall({ kind: 'says', mishap, times: 20 });
    const run = await on.run();
    expectToReconcile(run);
    expect(run.state).toBe('failed');
    expect(run.problem?.nextStep).toBeTruthy();
    expect(run.delivery.accepted).toBe(0);
    on.server.calm();
    await expectExact(on);
  },
}));

const OTHERS: readonly EngineCase[] = [
  {
    must: 'waits as long as the platform says, and not on other accounts',
    async run(on) {
      await on.bring(PEOPLE);
      const waits: Date[] = [];
      const stranger = {
        account: 'another',
        credentials: { clientId: '999-another', serviceAccountKey: '' },
        options: {},
      };
      on.befall({ kind: 'says', mishap: 'throttled', times: 1 });
      const before = on.clock.now().getTime();
      await on.run({
        onWait({ until }) {
          waits.push(until);
          const { budgets } = on.context.surroundings;
          expect(budgets.of(on.connector, stranger).wait()).toBeNull();
        },
      });
      expect(waits).toEqual([new Date(before + 60_000)]);
    },
  },
  {
    must: 'throttled for ever, gives up with until when, and loses nobody',
    async run(on) {
      await on.bring(PEOPLE);
      on.befall({ kind: 'says', mishap: 'throttled-silently', rate: 1 });
      const run = await runSync(on.context, {
        sync: on.sync,
        asOf: on.clock.now(),
        approved: false,
      });
      expectToReconcile(run);
      expect(run.state).toBe('incomplete');
      expect(run.delivery).toMatchObject({ accepted: 0, notSent: 12 });
      const destination = (await listDestinations(on.context)).find(
        ({ name }) => name === `${on.connector.id}-main`,
      );
      expect(destination?.waits?.until.getTime()).toBeGreaterThan(on.clock.now().getTime());
      on.server.calm();
      on.advance(DAY);
      await expectExact(on);
    },
  },
  {
    must: 'leaves out the one person whom the platform refuses, by name, and does not send them again',
    async run(on) {
      await on.bring(PEOPLE);
      const [bad] = PEOPLE;
      if (bad === undefined) throw new Error('Nobody.');
      const [key = ''] = on.keysOf([{ id: bad.id, ...(bad.email && { email: bad.email }) }]);
      on.emulator.refuseKey(key);
      const run = await on.run();
      expectToReconcile(run);
      expect(run.state).toBe('succeeded');
      expect(run.refused.map(({ customer }) => customer)).toEqual([bad.id]);
      const second = await on.run();
      expect(second).toMatchObject({ state: 'succeeded', added: 0, removed: 0 });
      const { delivery } = await showRun(on.context, { run: BigInt(run.id) });
      expect(delivery).toMatchObject({ accepted: 11, rejected: 1, unknown: 0 });
      const others = PEOPLE.slice(1);
      expect(on.list()).toEqual(expect.arrayContaining(on.keysOf(others)));
      expect(on.list()).not.toContain(key);
      // Whoever was refused can leave; that a key is off which is refused, a platform may not say.
      await on.suppress(bad.id);
      await on.run();
      expect(on.list()).toEqual(on.keysOf(others));
    },
  },
  {
    must: 'says that the list was deleted on the platform, and fills a new one when told to',
    async run(on) {
      await on.bring(PEOPLE);
      await on.run();
      await expect(on.run({ list: 'new' })).rejects.toThrow('still on');
      for (const { id } of on.emulator.audiences()) on.emulator.deleteAudience(id);
      const more = [...PEOPLE, ...crowd(13).slice(12)];
      await on.bring(more);
      const run = await on.run();
      expect(run).toMatchObject({ state: 'failed', problem: { kind: 'gone' } });
      expect(run.problem?.nextStep).toContain('--new-list');
      const anew = await on.run({ list: 'new' });
      expect(anew).toMatchObject({ state: 'succeeded', wanted: 13, added: 13 });
      await expectExact(on, more);
    },
  },
  {
    must: 'keeps two syncs on one account exact, within the limits of one',
    async run(on) {
      const { rows, concurrency } = on.connector.limits;
      // Enough requests of each sync to go over the limit, where that is not too many people.
      const many = crowd(Math.min(rows * concurrency + 1, 12_000));
      await on.apply(
        everyoneTo(on.connector.id)
          .replaceAll(`everyone-${on.connector.id}`, 'second')
          .replace('List of', 'Other list of'),
      );
      await on.bring(many);
      on.befall({ kind: 'drip', gapMs: 2, rate: 1 });
      const inFlight = watchRequests(on);
      await Promise.all([
        on.run(),
        runSync(on.context, { sync: 'second', asOf: on.clock.now(), approved: false }),
      ]);
      expect(inFlight.most()).toBeGreaterThan(0);
      expect(inFlight.most()).toBeLessThanOrEqual(concurrency);
      on.server.calm();
      on.advance(DAY);
      const names = [`List of ${on.connector.id}`, `Other list of ${on.connector.id}`];
      for (const name of names) {
        expect(on.members(on.connector.id, name)).toEqual(on.keysOf(many));
      }
    },
  },
  {
    must: 'keeps somebody whose address changes, under the new one alone',
    async run(on) {
      await on.bring(PEOPLE);
      await on.run();
      const [moved, ...others] = PEOPLE;
      if (moved === undefined) throw new Error('Nobody.');
      const people = [{ ...moved, email: 'moved@example.jp' }, ...others];
      await on.bring(people);
      expect(await on.run()).toMatchObject({ state: 'succeeded', changed: 1 });
      await expectExact(on, people);
    },
  },
  {
    must: 'writes a list anew so that strangers on it go, or says that the platform cannot',
    async run(on) {
      await on.bring(PEOPLE);
      await on.run();
      await on.run();
      const strangers = await addStrangers(on);
      expect(on.list()).toEqual(expect.arrayContaining(strangers));
      if (on.connector.replace === undefined) {
        await expect(on.run({ list: 'replace' })).rejects.toThrow('no way to write a list anew');
        return;
      }
      await on.suppress('p-0');
      const run = await on.run({ list: 'replace' });
      expectToReconcile(run);
      expect(run).toMatchObject({ mode: 'replace', state: 'succeeded', added: 11, removed: 1 });
      // Where the platform sweeps, it does so once it has worked through the additions.
      for (let n = 0; n < 3; n += 1) await on.run();
      expect(await on.db.prisma.replacement.count()).toBe(0);
      await expectExact(on, PEOPLE.slice(1));
    },
  },
];

/** The most uploads that were under way at the same time. */
function watchRequests(on: EngineStage): { most(): number } {
  let most = 0;
  const watch = setInterval(() => {
    const open = on.server
      .requests()
      .filter(({ path, status }) => path.includes(on.emulator.uploads) && status === null);
    most = Math.max(most, open.length);
  }, 1);
  return {
    most() {
      clearInterval(watch);
      return most;
    },
  };
}

/** People on the list of whom the ledger knows nothing, as somebody's hands put them there. */
async function addStrangers(on: EngineStage): Promise<string[]> {
  const strangers = crowd(16).slice(12);
  await on.bring(strangers);
  await on.run();
  await on.db.pool.query(`DELETE FROM membership WHERE customer_id = ANY($1)`, [
    strangers.map(({ id }) => id),
  ]);
  for (const { id } of strangers) await on.suppress(id);
  on.advance(DAY);
  return on.keysOf(strangers);
}

const CASES: readonly EngineCase[] = [...HEALING, ...REFUSED, ...OTHERS];

export const ENGINE_CASES = CASES.map(({ must, deadlineMs, run }) => ({
  must,
  run: async (platform: string) => run(await engineStage(platform, deadlineMs)),
}));
