/** What a guardrail holds, and what an approval lets through: the figures that a person saw. */
import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/services/plan-sync.ts';
import { engineStage } from '../contract/engine-stage.ts';
import type { EngineStage } from '../contract/engine-stage.ts';
import { crowd } from '../support/engine.ts';
import { everyoneTo } from '../support/stage.ts';
import { runSync } from '../../src/services/run-sync.ts';

const PEOPLE = crowd(200);

/** As a door asks: what is held is not run a second time by itself. */
const approve = (on: EngineStage, heldRun?: bigint) =>
  runSync(on.context, {
    sync: on.sync,
    asOf: on.clock.now(),
    approved: true,
    ...(heldRun === undefined ? {} : { heldRun }),
  });

async function suppressAll(on: EngineStage, from: number, to: number): Promise<void> {
  for (const { id } of PEOPLE.slice(from, to)) await on.suppress(id);
}

describe('an approval', () => {
  it('means the figures of the held run: more leaving than that is held again, with the new ones', async () => {
    const on = await engineStage('meta');
    await on.bring(PEOPLE);
    await on.run();
    await suppressAll(on, 0, 80);
    const seen = await on.run();
    expect(seen).toMatchObject({ state: 'held', problem: { leaving: 80, members: 200 } });
    await suppressAll(on, 80, 90);
    const again = await approve(on);
    expect(again).toMatchObject({ state: 'held', approves: null, problem: { leaving: 90 } });
    expect(on.list()).toEqual(on.keysOf(PEOPLE));
    // Up to 5 % more than was seen is the same news.
    await suppressAll(on, 90, 94);
    const done = await approve(on);
    expect(done).toMatchObject({ state: 'succeeded', approves: again.id, removed: 94 });
    expect(on.list()).toEqual(on.keysOf(PEOPLE.slice(94)));
  });

  it('of what nobody has seen is none: the run is held first', async () => {
    const on = await engineStage('meta');
    await on.bring(PEOPLE);
    await on.run();
    await suppressAll(on, 0, 80);
    expect(await approve(on)).toMatchObject({ state: 'held', problem: { leaving: 80 } });
    expect(await approve(on)).toMatchObject({ state: 'succeeded', removed: 80 });
  });

  it('is used up by the run that it let through, and by any other that was done since', async () => {
    const on = await engineStage('meta');
    await on.bring(PEOPLE);
    await on.run();
    await suppressAll(on, 0, 80);
    const held = await on.run();
    expect((await approve(on, BigInt(held.id))).state).toBe('succeeded');
    await expect(approve(on, BigInt(held.id))).rejects.toThrow('no longer those of today');
    await suppressAll(on, 80, 130);
    expect((await approve(on)).state).toBe('held');
  });

  it('names a held run of the sync, or nothing', async () => {
    const on = await engineStage('meta');
    await on.bring(PEOPLE);
    const run = await on.run();
    await expect(approve(on, BigInt(run.id))).rejects.toThrow('is not held');
    await expect(approve(on, 4711n)).rejects.toThrow('has no run 4711');
  });

  it('of changes does not write the list anew', async () => {
    const on = await engineStage('meta');
    await on.bring(PEOPLE);
    await on.run();
    await suppressAll(on, 0, 80);
    expect((await on.run()).state).toBe('held');
    const input = { sync: on.sync, asOf: on.clock.now(), approved: true };
    const other = await runSync(on.context, { ...input, list: 'replace' });
    expect(other).toMatchObject({ state: 'held', mode: 'replace' });
    expect(await runSync(on.context, { ...input, list: 'replace' })).toMatchObject({
      state: 'succeeded',
      mode: 'replace',
    });
  });
});

describe('a list below the platform’s minimum', () => {
  const strict = everyoneTo('x').replace('allowSmall: true', 'allowSmall: false');

  it('is not begun unasked; once begun it takes people on and off', async () => {
    const on = await engineStage('x');
    await on.apply(strict);
    await on.bring(PEOPLE.slice(0, 40));
    const plan = await planSync(on.context, { sync: on.sync, asOf: on.clock.now() });
    const held = await on.run();
    expect(plan.hold).toEqual(held.problem);
    expect(held).toMatchObject({
      state: 'held',
      problem: { guardrail: 'below-minimum', wanted: 40, members: 0 },
    });
    expect(on.emulator.audiences()).toEqual([]);
    expect(await approve(on)).toMatchObject({ state: 'succeeded', added: 40 });

    await suppressAll(on, 0, 5);
    await on.bring(PEOPLE.slice(0, 41));
    expect(await on.run()).toMatchObject({ state: 'succeeded', added: 1, removed: 5 });
    expect(on.list()).toEqual(on.keysOf(PEOPLE.slice(5, 41)));
  });

  it('is begun where the sync allows it, and by enough people', async () => {
    const small = await engineStage('x');
    await small.bring(PEOPLE.slice(0, 40));
    expect(await small.run()).toMatchObject({ state: 'succeeded', added: 40 });
    const enough = await engineStage('x');
    await enough.apply(strict);
    await enough.bring(PEOPLE.slice(0, 100));
    expect(await enough.run()).toMatchObject({ state: 'succeeded', added: 100 });
  });
});

describe('growth beyond the factor of a sync', () => {
  it('is held for approval, and not where it is switched off', async () => {
    const on = await engineStage('meta');
    await on.apply(everyoneTo('meta', ', maxGrowth: 1.5'));
    await on.bring(crowd(1000));
    expect((await on.run()).state).toBe('succeeded');
    await on.bring(crowd(1501));
    const held = await on.run();
    expect(held).toMatchObject({ state: 'held', problem: { guardrail: 'would-grow' } });
    expect(held.problem?.message).toContain('1501 people are wanted where 1000 are');
    expect(await approve(on)).toMatchObject({ state: 'succeeded', added: 501 });

    await on.apply(everyoneTo('meta', ', maxGrowth: null'));
    await on.bring(crowd(2500));
    expect(await on.run()).toMatchObject({ state: 'succeeded', added: 999 });
  });
});
