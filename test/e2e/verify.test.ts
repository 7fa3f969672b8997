/** A list as the platform reports it against the ledger: every way in which they can differ. */
import { describe, expect, it } from 'vitest';
import { runSync } from '../../src/services/run-sync.ts';
import { listVerifications, verifySync } from '../../src/services/verify-sync.ts';
import type { Finding } from '../../src/services/verify-sync.ts';
import { PLATFORMS, crowd } from '../support/engine.ts';
import type { Platform } from '../support/engine.ts';
import { byHand, knowingEverybody } from '../support/hands.ts';
import { bring } from '../support/people.ts';
import { NOW, everyoneTo, stage } from '../support/stage.ts';

const DAY = 86_400_000;
const PEOPLE = crowd(2000);

/** A list of 2,000 people that the platform has worked through. */
async function filled(platform: Platform, people = PEOPLE, extra = '') {
  const on = await stage(NOW, { leaps: true, emulators: knowingEverybody });
  await on.apply(everyoneTo(platform, extra));
  await bring(on.context, people);
  const sync = `everyone-${platform}`;
  const run = async () => {
    const run = await runSync(on.context, { sync, asOf: on.clock.now(), approved: false });
    on.advance(2 * DAY);
    return run;
  };
  await run();
  // Where answers come later, they are asked for by the next run.
  await run();
  const emulator = on.emulators.find((candidate) => candidate.platform === platform);
  const list = emulator?.audiences().find(({ name }) => name === `List of ${platform}`);
  if (emulator === undefined || list === undefined) throw new Error('No list.');
  return {
    ...on,
    sync,
    run,
    emulator,
    list,
    verify: () => verifySync(on.context, { sync }),
    byHand: async (operation: 'add' | 'remove', some: typeof PEOPLE) => {
      // In requests that every platform takes.
      for (let from = 0; from < some.length; from += 1000) {
        await byHand(on, sync, operation, some.slice(from, from + 1000));
      }
      on.advance(2 * DAY);
    },
  };
}

const of = (findings: readonly Finding[], aspect: Finding['of']) =>
  findings.find((finding) => finding.of === aspect);

describe.each(PLATFORMS)('a list of %s', (platform) => {
  it('that is as it was sent shows no drift, again and again', async () => {
    const on = await filled(platform);
    for (let n = 0; n < 2; n += 1) {
      const verification = await on.verify();
      expect(verification).toMatchObject({ drift: false, remoteId: on.list.id });
      expect(verification.accepted).toEqual({ lower: 2000, upper: 2000 });
      expect(of(verification.findings, 'size')).toMatchObject({ kind: 'as-expected' });
      expect(of(verification.findings, 'condition')).toMatchObject({ kind: 'as-expected' });
      on.advance(DAY);
    }
    expect(await listVerifications(on.context)).toMatchObject([{ sync: on.sync, drift: false }]);
  });

  it('that was deleted is said to be, with the way to another', async () => {
    const on = await filled(platform);
    on.emulator.deleteAudience(on.list.id);
    const { drift, findings } = await on.verify();
    expect(drift).toBe(true);
    expect(findings).toMatchObject([{ kind: 'deleted', of: 'list' }]);
    expect(findings[0]).toMatchObject({ nextStep: expect.stringContaining('rekindle resync') });
    expect(await listVerifications(on.context)).toMatchObject([
      { drift: true, findings: [{ kind: 'deleted' }] },
    ]);
  });

  it('that somebody named otherwise is said to be, with both names', async () => {
    const on = await filled(platform);
    on.emulator.renameAudience(on.list.id, 'Spring list');
    const { drift, findings } = await on.verify();
    expect(drift).toBe(true);
    expect(of(findings, 'name')).toMatchObject({
      kind: 'renamed',
      expected: `List of ${platform}`,
      found: 'Spring list',
    });
  });

  it('that the platform stopped is unusable, with its code and what to do', async () => {
    const on = await filled(platform);
    on.emulator.stopAudience(on.list.id);
    const { drift, findings } = await on.verify();
    expect(drift).toBe(true);
    expect(of(findings, 'condition')).toMatchObject({
      kind: 'unusable',
      code: { meta: '471', google: 'CLOSED_UNUSED', x: 'NOT_TARGETABLE' }[platform],
    });
  });

  it('from which people went without the ledger is smaller than it was', async () => {
    const on = await filled(platform);
    expect((await on.verify()).drift).toBe(false);
    await on.byHand('remove', PEOPLE.slice(0, 1000));
    const first = await on.verify();
    expect(of(first.findings, 'size')).toMatchObject({
      kind: 'smaller',
      accepted: { lower: 2000, upper: 2000 },
      nextStep: expect.stringContaining('rekindle resync'),
    });
    // A drift stays one: what is wrong is no measure for what comes after.
    on.advance(DAY);
    expect((await on.verify()).drift).toBe(true);
  });

  it('that others emptied is smaller, though it shows no size any more', async () => {
    const on = await filled(platform);
    expect((await on.verify()).drift).toBe(false);
    await on.byHand('remove', PEOPLE);
    const { drift, findings } = await on.verify();
    expect(drift).toBe(true);
    expect(of(findings, 'size')).toMatchObject({ kind: 'smaller', found: { lower: 0 } });
  });

  it('that was just sent for the first time shows no drift', async () => {
    const on = await stage(NOW, { leaps: true, emulators: knowingEverybody });
    await on.apply(everyoneTo(platform).replace('allowSmall: true', 'allowSmall: false'));
    await bring(on.context, PEOPLE);
    const sync = `everyone-${platform}`;
    await runSync(on.context, { sync, asOf: on.clock.now(), approved: false });
    for (const hours of [0, 1, 5, 6]) {
      on.advance((hours * DAY) / 24);
      expect((await verifySync(on.context, { sync })).drift).toBe(false);
    }
  });

  it('to which strangers came is larger than all that was sent', async () => {
    const on = await filled(platform);
    const strangers = crowd(4000).slice(2000);
    await on.byHand('add', strangers);
    const { findings } = await on.verify();
    expect(of(findings, 'size')).toMatchObject({ kind: 'larger' });
    const step = of(findings, 'size');
    const words = platform === 'x' ? 'cannot take strangers off' : 'write it anew';
    expect(step).toMatchObject({ nextStep: expect.stringContaining(words) });
  });

  it('is not judged by a size that cannot show yet what was sent last', async () => {
    const on = await filled(platform);
    await on.verify();
    await bring(on.context, crowd(2600));
    await runSync(on.context, { sync: on.sync, asOf: on.clock.now(), approved: false });
    const verification = await on.verify();
    expect(verification.drift).toBe(false);
    expect(of(verification.findings, 'size')).toMatchObject({ kind: 'not-told' });
  });

  it('that changes every day is judged on such a day, too', async () => {
    const on = await filled(platform);
    const news = async (people: number) => {
      await bring(on.context, crowd(people));
      await runSync(on.context, { sync: on.sync, asOf: on.clock.now(), approved: false });
    };
    await news(2020);
    expect(of((await on.verify()).findings, 'size')?.kind).toBe('as-expected');
    on.advance(DAY);
    await on.byHand('remove', PEOPLE.slice(0, 1200));
    await news(2040);
    expect(of((await on.verify()).findings, 'size')?.kind).toBe('smaller');
  });

  it('that shrank since people left is as expected', async () => {
    const on = await filled(platform);
    await on.verify();
    await on.db.pool.query(
      `DELETE FROM identity WHERE customer_id = ANY(ARRAY(SELECT customer_id FROM identity ORDER BY 1 LIMIT 500))`,
    );
    expect(await on.run()).toMatchObject({ state: 'succeeded', removed: 500 });
    await on.run();
    const { drift, findings } = await on.verify();
    expect(of(findings, 'size')).toMatchObject({ kind: 'as-expected' });
    expect(drift).toBe(false);
  });
});

describe('a list that was not begun', () => {
  it('is no news', async () => {
    const on = await stage(NOW, { leaps: true });
    await on.apply(everyoneTo('meta'));
    expect(await verifySync(on.context, { sync: 'everyone-meta' })).toMatchObject({
      remoteId: null,
      drift: false,
      size: null,
      findings: [{ kind: 'not-told', of: 'list' }],
    });
  });
});

describe('a list of too few people', () => {
  it('is unusable, unless the sync allows it', async () => {
    const few = await filled('x', crowd(20));
    expect(of((await few.verify()).findings, 'condition')).toMatchObject({ kind: 'as-expected' });
    await few.apply(everyoneTo('x').replace('allowSmall: true', 'allowSmall: false'));
    few.advance(1);
    const { drift, findings } = await few.verify();
    expect(drift).toBe(true);
    expect(of(findings, 'condition')).toMatchObject({ kind: 'unusable', code: 'TOO_SMALL' });
  });

  it('is as expected where a person approved that it is begun', async () => {
    const on = await stage(NOW, { leaps: true });
    await on.apply(everyoneTo('x').replace('allowSmall: true', 'allowSmall: false'));
    await bring(on.context, crowd(20));
    const run = (approved: boolean) =>
      runSync(on.context, { sync: 'everyone-x', asOf: on.clock.now(), approved });
    expect(await run(true)).toMatchObject({ state: 'held' });
    expect(await run(true)).toMatchObject({ state: 'succeeded', added: 20 });
    on.advance(2 * DAY);
    const { drift, findings } = await verifySync(on.context, { sync: 'everyone-x' });
    expect(of(findings, 'condition')).toMatchObject({ kind: 'as-expected' });
    expect(drift).toBe(false);
  });
});
