/** People are sent again before a platform forgets them, over more than a year on every platform. */
import { describe, expect, it } from 'vitest';
import { findConnector } from '../../connectors/registry.ts';
import { findExpiring } from '../../src/services/find-expiring.ts';
import { runSync } from '../../src/services/run-sync.ts';
import { crowd } from '../support/engine.ts';
import type { Platform } from '../support/engine.ts';
import { bring } from '../support/people.ts';
import { NOW, everyoneTo, stage } from '../support/stage.ts';

const DAY = 86_400_000;
const PEOPLE = crowd(12);

/** What each platform forgets, and when; Meta forgets ids of the advertiser's own alone. */
const FORGETFUL: readonly (readonly [Platform, string, number])[] = [
  ['x', '[email, phone]', 380],
  ['google', '[email, phone]', 540],
  ['meta', '[email, external_id]', 90],
];

async function filled(platform: Platform, identifiers: string, extra = '') {
  const on = await stage(NOW, { leaps: true });
  await on.apply(
    everyoneTo(platform, extra).replace(
      'identifiers: [email, phone]',
      `identifiers: ${identifiers}`,
    ),
  );
  await bring(on.context, PEOPLE);
  const sync = `everyone-${platform}`;
  const run = () => runSync(on.context, { sync, asOf: on.clock.now(), approved: false });
  expect(await run()).toMatchObject({ state: 'succeeded', added: 12 });
  return {
    ...on,
    sync,
    run,
    toDay: (days: number) => on.advance(NOW.getTime() + days * DAY - on.clock.now().getTime()),
    expiring: async () => (await findExpiring(on.context))[0],
  };
}

describe.each(FORGETFUL)('a sync to %s of %s', (platform, identifiers, days) => {
  it('has to run from 30 days before its members are forgotten, as soon as a run sends them again', async () => {
    const on = await filled(platform, identifiers);
    expect(await on.expiring()).toMatchObject({
      sync: on.sync,
      oldestSentAt: NOW,
      expiresAt: new Date(NOW.getTime() + days * DAY),
      people: 0,
      isDue: false,
    });
    on.toDay(days - 30);
    expect(await on.expiring()).toMatchObject({ people: 0, isDue: false });
    expect(await on.run()).toMatchObject({ added: 0, unchanged: 12 });
    on.advance(1);
    expect(await on.expiring()).toMatchObject({ people: 12, isDue: true });
    expect(await on.run()).toMatchObject({ state: 'succeeded', added: 12 });
    const renewed = new Date(NOW.getTime() + (2 * days - 30) * DAY + 1);
    expect(await on.expiring()).toMatchObject({ expiresAt: renewed, people: 0, isDue: false });
  });

  it('loses nobody in 13 months and two lifetimes, where whatever is due is run', async () => {
    const on = await filled(platform, identifiers);
    // Some platforms take their time.
    on.toDay(1);
    const before = on.members(platform);
    expect(before).not.toEqual([]);
    let runs = 0;
    // Every five days, as rarely as a worker that is down now and then may look.
    for (let day = 5; day <= Math.max(400, 2 * days); day += 5) {
      on.toDay(day);
      expect(on.members(platform)).toEqual(before);
      if ((await on.expiring())?.isDue !== true) continue;
      expect(await on.run()).toMatchObject({ state: 'succeeded', added: 12 });
      runs += 1;
    }
    // No more often than once in a lifetime less the margin.
    expect(runs).toBe(Math.floor(Math.max(400, 2 * days) / (days - 30 + 5)));
  });

  it('with a schedule of its own has 15 days more, and is left alone while it is paused', async () => {
    const on = await filled(platform, identifiers, ', schedule: "0 3 1 1 *"');
    on.toDay(days - 15);
    expect(await on.expiring()).toMatchObject({ people: 12, isDue: false });
    on.advance(1);
    expect(await on.expiring()).toMatchObject({ isDue: true });
    await on.db.prisma.sync.updateMany({ data: { pausedAt: on.clock.now() } });
    expect(await on.expiring()).toMatchObject({ isDue: false });
  });

  it('has nothing that expires once its members have left', async () => {
    const on = await filled(platform, identifiers);
    await on.db.pool.query(`DELETE FROM membership`);
    on.toDay(days);
    expect(await on.expiring()).toBeUndefined();
  });
});

describe('members that nobody sent again', () => {
  it.each(['x', 'google'] as const)(
    'are gone from %s by the day that is told',
    async (platform) => {
      const on = await filled(platform, '[email, phone]');
      const { memberLifetimeDays } = findConnector(platform)?.limits ?? {};
      const expiresAt = (await on.expiring())?.expiresAt ?? NOW;
      expect(expiresAt).toEqual(new Date(NOW.getTime() + (memberLifetimeDays ?? 0) * DAY));
      on.advance(expiresAt.getTime() - on.clock.now().getTime() - DAY);
      expect(on.members(platform)).not.toEqual([]);
      on.advance(2 * DAY);
      expect(on.members(platform)).toEqual([]);
    },
  );

  it('stay on Meta, which forgets nobody by their address', async () => {
    const on = await filled('meta', '[email, phone]');
    expect(await on.expiring()).toBeUndefined();
  });
});
