/** When a fallen match rate is an alert. */
import { beforeAll, describe, expect, it } from 'vitest';
import { HOUR, NOW, alertStage } from '../support/alert-stage.ts';
import type { AlertStage } from '../support/alert-stage.ts';

/** What is open, by its cause. */
async function open(on: AlertStage): Promise<string[]> {
  await on.raise();
  return (await on.list()).open.map(({ cause }) => cause).sort();
}

const ago = (hours: number): Date => new Date(NOW.getTime() - hours * HOUR);

describe('a match rate is an alert', () => {
  let on: AlertStage;
  let audienceId = '';
  beforeAll(async () => {
    on = await alertStage([]);
    ({ id: audienceId } = await on.db.prisma.audience.findFirstOrThrow({ select: { id: true } }));
  });

  /** Readings as [days ago, kind, lower, upper, people accepted]; what of it is open then. */
  async function openAfter(
    ...readings: readonly (readonly [number, string, number | null, number | null, number])[]
  ): Promise<string[]> {
    await on.db.pool.query('DELETE FROM alert_delivery');
    await on.db.prisma.alert.deleteMany();
    await on.db.prisma.matchObservation.deleteMany();
    await on.db.prisma.matchObservation.createMany({
      data: readings.map(([days, kind, lower, upper, accepted]) => ({
        audienceId,
        observedAt: ago(days * 24),
        kind,
        lower,
        upper,
        acceptedLower: accepted,
        acceptedUpper: accepted,
        meaning: '',
      })),
    });
    return open(on);
  }
  const DROPPED = ['match-dropped:lapsed-meta'];

  it('as long as the setting says what a drop is', async () => {
    const low = [
      [9, 'rate', 0.6, 0.65, 900],
      [2, 'rate', 0.3, 0.35, 900],
    ] as const;
    await on.setting({ matchDrop: 0.5 });
    expect(await openAfter(...low)).toEqual([]);
    await on.setting({});
    expect(await openAfter(...low)).toEqual(DROPPED);
  });

  it('where it fell for sure, and stays one while it is low', async () => {
    expect(await openAfter([9, 'rate', 0.6, 0.65, 900])).toEqual([]);
    expect(await openAfter([9, 'rate', 0.6, 0.65, 900], [1, 'rate', 0.3, 0.35, 900])).toEqual(
      DROPPED,
    );
    expect(
      await openAfter(
        [9, 'rate', 0.6, 0.65, 900],
        [2, 'rate', 0.3, 0.35, 900],
        [1, 'rate', 0.31, 0.35, 900],
      ),
    ).toEqual(DROPPED);
  });

  it('not where the reading is not known, and an unknown one ends none', async () => {
    const low = [
      [9, 'rate', 0.6, 0.65, 900],
      [2, 'rate', 0.3, 0.35, 900],
    ] as const;
    expect(await openAfter(...low, [1, 'unknown', null, null, 900])).toEqual(DROPPED);
    expect(await openAfter([9, 'rate', 0.6, 0.65, 900], [1, 'unknown', null, null, 900])).toEqual(
      [],
    );
  });

  it('until a known reading is better, however long none comes', async () => {
    const low = [
      [9, 'rate', 0.6, 0.65, 900],
      [2, 'rate', 0.3, 0.35, 900],
    ] as const;
    expect(await openAfter(...low)).toEqual(DROPPED);
    const read = (days: number, kind: string, lower: number | null, upper: number | null) =>
      on.db.prisma.matchObservation.create({
        data: {
          audienceId,
          observedAt: ago(-days * 24),
          kind,
          lower,
          upper,
          acceptedLower: 900,
          acceptedUpper: 900,
          meaning: '',
        },
        select: { kind: true },
      });
    for (const day of [20, 40, 60]) {
      await read(day, 'unknown', null, null);
      on.advance(20 * 24 * HOUR);
      expect(await open(on)).toEqual(DROPPED);
    }
    await read(61, 'rate', 0.58, 0.6);
    on.advance(24 * HOUR);
    expect(await open(on)).toEqual([]);
    on.clock.set(NOW);
  });

  it('not between a rate and a count', async () => {
    expect(await openAfter([9, 'rate', 0.6, 0.65, 900], [1, 'count', 90, 100, 900])).toEqual([]);
  });

  it('not by what was four weeks ago', async () => {
    expect(await openAfter([29, 'rate', 0.6, 0.65, 900], [1, 'rate', 0.3, 0.35, 900])).toEqual([]);
  });

  it('not where the list just grew or shrank and its size did not follow yet', async () => {
    const before = [9, 'count', 600, 650, 1000] as const;
    expect(await openAfter(before, [1, 'count', 600, 650, 3000])).toEqual([]);
    expect(
      await openAfter(before, [1.5, 'count', 600, 650, 3000], [1, 'count', 600, 650, 3000]),
    ).toEqual([]);
    expect(
      await openAfter(before, [4, 'count', 600, 650, 3000], [1, 'count', 600, 650, 3000]),
    ).toEqual(DROPPED);
    // Shrunk to a third, the old size makes a rate of nearly one, which is none to go by.
    expect(
      await openAfter(
        [20, 'count', 600, 650, 1000],
        [9, 'count', 600, 650, 700],
        [3, 'count', 420, 450, 700],
      ),
    ).toEqual([]);
  });
});
