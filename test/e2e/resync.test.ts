/** Audiences rebuilt from nothing: whatever happened to them, and never empty on the way. */
import { describe, expect, it } from 'vitest';
import { planResync, resyncSync } from '../../src/services/resync-sync.ts';
import { engineStage } from '../contract/engine-stage.ts';
import type { EngineStage } from '../contract/engine-stage.ts';
import { PLATFORMS, crowd } from '../support/engine.ts';
import type { Platform } from '../support/engine.ts';
import { byHand } from '../support/hands.ts';
import { everyoneTo } from '../support/stage.ts';

const DAY = 86_400_000;
const PEOPLE = crowd(30);
const STRANGERS = crowd(40).slice(30);

async function filled(platform: Platform): Promise<EngineStage> {
  const on = await engineStage(platform);
  await on.bring(PEOPLE);
  await on.run();
  await on.run();
  return on;
}

async function resync(on: EngineStage, approved = false) {
  const { way, run } = await resyncSync(on.context, {
    sync: on.sync,
    asOf: on.clock.now(),
    approved,
  });
  on.advance(DAY);
  return { way, run };
}

const ways: Readonly<Record<Platform, string>> = { meta: 'replace', google: 'replace', x: 'again' };

describe.each(PLATFORMS)('resync on %s', (platform) => {
  it('brings back whoever went from the list without the ledger', async () => {
    const on = await filled(platform);
    await byHand(on, on.sync, 'remove', PEOPLE.slice(0, 20));
    on.advance(DAY);
    expect(on.list()).toEqual(on.keysOf(PEOPLE.slice(20)));
    expect(await on.run()).toMatchObject({ state: 'succeeded', added: 0 });

    const { way, run } = await resync(on);
    expect(way).toBe(ways[platform]);
    expect(run).toMatchObject({ state: 'succeeded', mode: ways[platform], added: 30 });
    for (let n = 0; n < 3; n += 1) await on.run();
    expect(on.list()).toEqual(on.keysOf(PEOPLE));
    expect(await on.run()).toMatchObject({ mode: 'changes', added: 0, removed: 0 });
  });

  it('takes strangers off where the platform can, and says where it cannot', async () => {
    const on = await filled(platform);
    await byHand(on, on.sync, 'add', STRANGERS);
    on.advance(DAY);
    const plan = await planResync(on.context, { sync: on.sync, asOf: on.clock.now() });
    expect(plan).toMatchObject({
      way: ways[platform],
      strangers: platform === 'x' ? 'stay' : 'go',
      plan: { hold: null, figures: { wanted: 30, added: 30 } },
    });
    await resync(on);
    for (let n = 0; n < 3; n += 1) await on.run();
    const left = platform === 'x' ? [...PEOPLE, ...STRANGERS] : PEOPLE;
    expect(on.list()).toEqual(on.keysOf(left));
  });

  it('never leaves the list without the people who stay', async () => {
    const on = await filled(platform);
    await on.suppress('p-0');
    const staying = on.keysOf(PEOPLE.slice(1));
    const seen: number[] = [];
    const upload = on.emulator.uploads;
    const watch = setInterval(() => {
      seen.push(staying.filter((key) => on.list().includes(key)).length);
    }, 1);
    await resync(on);
    clearInterval(watch);
    const { operation } = await on.db.prisma.batch.findFirstOrThrow({
      orderBy: { id: 'desc' },
      select: { operation: true },
    });
    expect(operation).toBe('add');
    expect(on.server.requests().some(({ path }) => path.includes(upload))).toBe(true);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.every((count) => count === staying.length)).toBe(true);
    for (let n = 0; n < 3; n += 1) await on.run();
    expect(on.list()).toEqual(staying);
  });

  it('begins another list for one that was deleted', async () => {
    const on = await filled(platform);
    for (const { id } of on.emulator.audiences()) on.emulator.deleteAudience(id);
    const plan = await planResync(on.context, { sync: on.sync, asOf: on.clock.now() });
    expect(plan).toMatchObject({ way: 'new', plan: { figures: { added: 30 } } });
    expect(on.emulator.audiences()).toEqual([]);
    const { way, run } = await resync(on);
    expect(way).toBe('new');
    expect(run).toMatchObject({ state: 'succeeded', added: 30 });
    on.advance(DAY);
    expect(on.list()).toEqual(on.keysOf(PEOPLE));
  });

  it('holds a list of too few people before another is begun, and takes the approval for it', async () => {
    const on = await filled(platform);
    await on.apply(everyoneTo(platform).replace('allowSmall: true', 'allowSmall: false'));
    for (const { id } of PEOPLE.slice(0, 20)) await on.suppress(id);
    for (const { id } of on.emulator.audiences()) on.emulator.deleteAudience(id);
    const { way, plan } = await planResync(on.context, { sync: on.sync, asOf: on.clock.now() });
    const seen = { guardrail: 'below-minimum', members: 0, leaving: 0, wanted: 10 };
    expect({ way, hold: plan.hold }).toMatchObject({ way: 'new', hold: seen });
    const held = await resync(on);
    expect(held).toMatchObject({ way: 'new', run: { state: 'held', problem: seen } });
    expect(on.emulator.audiences()).toEqual([]);
    const done = await resync(on, true);
    expect(done).toMatchObject({ way: 'new', run: { state: 'succeeded', added: 10 } });
    for (let n = 0; n < 3; n += 1) await on.run();
    expect(on.list()).toEqual(on.keysOf(PEOPLE.slice(20)));
  });

  it('is not held for people who left a list that is gone', async () => {
    const on = await filled(platform);
    for (const { id } of PEOPLE.slice(0, 20)) await on.suppress(id);
    for (const { id } of on.emulator.audiences()) on.emulator.deleteAudience(id);
    const { plan } = await planResync(on.context, { sync: on.sync, asOf: on.clock.now() });
    expect(plan).toMatchObject({ hold: null, figures: { members: 0, wanted: 10 } });
    expect((await resync(on)).run).toMatchObject({ state: 'succeeded', added: 10 });
    for (let n = 0; n < 3; n += 1) await on.run();
    expect(on.list()).toEqual(on.keysOf(PEOPLE.slice(20)));
  });

  it('is held by guardrails as any run, and done once the figures were seen', async () => {
    const on = await filled(platform);
    for (const { id } of PEOPLE.slice(0, 12)) await on.suppress(id);
    const plan = await planResync(on.context, { sync: on.sync, asOf: on.clock.now() });
    expect(plan.plan.hold).toMatchObject({ guardrail: 'would-shrink', leaving: 12 });
    expect((await resync(on)).run).toMatchObject({ state: 'held' });
    expect(on.list()).toEqual(on.keysOf(PEOPLE));
    expect((await resync(on, true)).run).toMatchObject({ state: 'succeeded', removed: 12 });
    for (let n = 0; n < 3; n += 1) await on.run();
    expect(on.list()).toEqual(on.keysOf(PEOPLE.slice(12)));
  });
});

describe('resync of a sync', () => {
  it('that never ran fills its list', async () => {
    const on = await engineStage('x');
    await on.bring(PEOPLE);
    const { way, run } = await resync(on);
    expect(way).toBe('fill');
    expect(run).toMatchObject({ state: 'succeeded', added: 30 });
  });

  it('leaves an audit row that says how, and its plan leaves none', async () => {
    const on = await filled('x');
    const verbs = async () =>
      (
        await on.db.prisma.audit.findMany({
          where: { objectKind: 'sync', verb: 'resync' },
          select: { actor: true, objectName: true, after: true },
        })
      ).map(({ after, ...row }) => ({ ...row, after }));
    await planResync(on.context, { sync: on.sync, asOf: on.clock.now() });
    expect(await verbs()).toEqual([]);
    await resync(on);
    expect(await verbs()).toMatchObject([
      { actor: 'cli:tester', objectName: 'everyone-x', after: { way: 'again' } },
    ]);
  });
});
