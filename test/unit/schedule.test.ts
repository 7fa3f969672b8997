/** When schedules come round, with the clocks of the world. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { delayOf } from '../../src/services/schedule/jitter.ts';
import { MOST_COUNTED, isSchedule, nextSlot, slotsBetween } from '../../src/sync/schedule.ts';

const at = (text: string): Date => new Date(text);
const NEW_YORK = 'America/New_York';

/** Every slot of a stretch, as a worker that looks once a minute sees them. */
function seen(line: string, timezone: string, from: string, to: string): string[] {
  const slots: string[] = [];
  let since = at(from);
  for (let now = since.getTime(); now <= at(to).getTime(); now += 60_000) {
    const passed = slotsBetween(line, timezone, { since, now: new Date(now) });
    if (passed === null) continue;
    slots.push(passed.latest.toISOString());
    since = passed.latest;
  }
  return slots;
}

describe('a schedule', () => {
  it.each(['0 3 * * *', '*/15 8-18 * * MON-FRI', '0 0 1 1 *', '30 4 L * *'])(
    '%s is one',
    (line) => {
      expect(isSchedule(line)).toBe(true);
    },
  );

  it.each([
    '',
    '3',
    '* * * *',
    '* * * * * *',
    '99 * * * *',
    '0 3 30 2 *',
    '@daily',
    'H * * * *',
    'at noon',
  ])('"%s" is none', (line) => {
    expect(isSchedule(line)).toBe(false);
  });

  it('comes round by the clocks of its zone', () => {
    expect(nextSlot('0 3 * * *', 'Asia/Tokyo', at('2026-11-21T00:00:00Z'))).toEqual(
      at('2026-11-21T18:00:00Z'),
    );
  });

  it('comes an hour later on the day that has no such time', () => {
    expect(seen('30 2 * * *', NEW_YORK, '2026-03-07T12:00:00Z', '2026-03-09T12:00:00Z')).toEqual([
      '2026-03-08T07:30:00.000Z',
      '2026-03-09T06:30:00.000Z',
    ]);
  });

  it('comes once on the day that has the time twice', () => {
    expect(seen('30 1 * * *', NEW_YORK, '2026-10-31T12:00:00Z', '2026-11-02T12:00:00Z')).toEqual([
      '2026-11-01T05:30:00.000Z',
      '2026-11-02T06:30:00.000Z',
    ]);
  });

  it('goes on through the hour that comes twice where it names every hour', () => {
    expect(seen('0 * * * *', NEW_YORK, '2026-11-01T04:30:00Z', '2026-11-01T07:30:00Z')).toEqual([
      '2026-11-01T05:00:00.000Z',
      '2026-11-01T06:00:00.000Z',
      '2026-11-01T07:00:00.000Z',
    ]);
  });

  it('goes on behind a night on which a zone changes its clocks by half an hour', () => {
    const span = { since: at('2026-10-03T00:00:00Z'), now: at('2026-10-06T00:00:00Z') };
    const passed = slotsBetween('0 2 * * *', 'Australia/Lord_Howe', span);
    expect(passed?.latest).toEqual(at('2026-10-05T15:00:00Z'));
  });

  it('goes on behind such a night also from weeks before it', () => {
    const span = { since: at('2026-03-26T22:00:00Z'), now: at('2026-04-10T00:00:00Z') };
    const passed = slotsBetween('5 1-3 * * *', 'Australia/Lord_Howe', span);
    expect(passed?.latest).toEqual(at('2026-04-09T16:35:00Z'));
  });

  it('tells the latest of the slots that passed, and how many there were', () => {
    const since = at('2026-11-18T12:00:00Z');
    const passed = slotsBetween('0 3 * * *', 'UTC', { since, now: at('2026-11-21T02:00:00Z') });
    expect(passed).toEqual({ latest: at('2026-11-20T03:00:00Z'), count: 2 });
  });

  it('does not count a slot again that was seen to', () => {
    const slot = at('2026-11-20T03:00:00Z');
    const later = at('2026-11-20T03:00:30Z');
    expect(slotsBetween('0 3 * * *', 'UTC', { since: slot, now: later })).toBeNull();
  });

  it('finds the latest slot however long nobody looked', () => {
    const span = { since: at('2025-01-01T00:00:30Z'), now: at('2026-11-21T10:07:20Z') };
    expect(slotsBetween('* * * * *', 'Asia/Tokyo', span)).toEqual({
      latest: at('2026-11-21T10:07:00Z'),
      count: MOST_COUNTED,
    });
  });

  it('is the same whether it is looked at often or once', () => {
    const lines = ['*/20 * * * *', '5 1-3 * * *', '0 3 * * *', '30 2 * * SUN'];
    fc.assert(
      fc.property(
        fc.constantFrom(...lines),
        fc.constantFrom('UTC', 'Asia/Tokyo', NEW_YORK, 'Europe/London', 'Australia/Lord_Howe'),
        fc.date({ min: at('2026-01-01'), max: at('2026-12-01'), noInvalidDate: true }),
        fc.array(fc.integer({ min: 1, max: 2 * 86_400_000 }), { minLength: 1, maxLength: 8 }),
        (line, timezone, start, steps) => {
          let since = start;
          let now = start.getTime();
          let looked = 0;
          let latest: Date | null = null;
          for (const step of steps) {
            now += step;
            const passed = slotsBetween(line, timezone, { since, now: new Date(now) });
            if (passed === null) continue;
            looked += passed.count;
            latest = passed.latest;
            since = passed.latest;
          }
          const once = slotsBetween(line, timezone, { since: start, now: new Date(now) });
          expect(once?.latest ?? null).toEqual(latest);
          expect(once?.count ?? 0).toBe(looked);
        },
      ),
    );
  });
});

describe('the spread of what comes round together', () => {
  const DAY_MS = 86_400_000;
  const delays = Array.from({ length: 1000 }, (_, n) => delayOf(`sync:${n}`, DAY_MS, 300));

  it('is the same each time for one', () => {
    expect(delayOf('sync:a', DAY_MS, 300)).toBe(delayOf('sync:a', DAY_MS, 300));
  });

  it('is even over five minutes', () => {
    const minutes = [0, 1, 2, 3, 4].map(
      (minute) => delays.filter((delay) => Math.floor(delay / 60) === minute).length,
    );
    expect(minutes.reduce((sum, count) => sum + count, 0)).toBe(1000);
    for (const count of minutes) expect(Math.abs(count - 200)).toBeLessThan(60);
  });

  it('is a tenth at most of the time to the next slot', () => {
    const often = Array.from({ length: 1000 }, (_, n) => delayOf(`sync:${n}`, 300_000, 300));
    expect(Math.max(...often)).toBeLessThan(30);
  });
});
