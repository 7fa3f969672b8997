import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RekindleError } from '../../src/errors.ts';
import { fixedClock, parseAsOf } from '../../src/infra/clock.ts';

/** The wall clock of a zone at a moment, `2026-11-21 23:59:59`. */
function wall(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  }).format(at);
}

describe('a date as a moment', () => {
  it.each([
    ['2026-11-21', 'UTC', '2026-11-21T23:59:59.999Z'],
    ['2026-11-21', 'Asia/Tokyo', '2026-11-21T14:59:59.999Z'],
    ['2026-11-21', 'Asia/Kolkata', '2026-11-21T18:29:59.999Z'],
    ['2024-02-29', 'Asia/Tokyo', '2024-02-29T14:59:59.999Z'],
    // The days on which New York's clocks change, and the days before.
    ['2026-03-07', 'America/New_York', '2026-03-08T04:59:59.999Z'],
    ['2026-03-08', 'America/New_York', '2026-03-09T03:59:59.999Z'],
    ['2026-10-31', 'America/New_York', '2026-11-01T03:59:59.999Z'],
    ['2026-11-01', 'America/New_York', '2026-11-02T04:59:59.999Z'],
    ['2026-03-29', 'Europe/Berlin', '2026-03-29T21:59:59.999Z'],
    ['2026-04-05', 'Australia/Lord_Howe', '2026-04-05T13:29:59.999Z'],
    // Far from UTC, the change falls between the day's end there and its end in UTC.
    ['2026-09-26', 'Pacific/Auckland', '2026-09-26T11:59:59.999Z'],
    ['2026-09-27', 'Pacific/Auckland', '2026-09-27T10:59:59.999Z'],
    // At midnight: Cairo leaves the first hour out in spring, and has the last one twice in autumn.
    ['2026-04-23', 'Africa/Cairo', '2026-04-23T21:59:59.999Z'],
    ['2026-04-24', 'Africa/Cairo', '2026-04-24T20:59:59.999Z'],
    ['2026-10-29', 'Africa/Cairo', '2026-10-29T21:59:59.999Z'],
    // An hour before midnight: east Greenland leaves the last hour out, and has it twice.
    ['2026-03-28', 'America/Scoresbysund', '2026-03-29T00:59:59.999Z'],
    ['2026-10-24', 'America/Scoresbysund', '2026-10-25T01:59:59.999Z'],
    // Samoa crossed the date line and had no 30 December.
    ['2011-12-29', 'Pacific/Apia', '2011-12-30T09:59:59.999Z'],
    ['2011-12-30', 'Pacific/Apia', '2011-12-30T09:59:59.999Z'],
    ['2011-12-31', 'Pacific/Apia', '2011-12-31T09:59:59.999Z'],
  ])('%s in %s ends at %s', (text, timezone, end) => {
    expect(parseAsOf(text, timezone)?.toISOString()).toBe(end);
  });

  it.each(['2026-02-30', '2025-02-29', '2026-13-01', '2026-00-10', '2026-11-31', '0000-00-00'])(
    'does not take %s, which is no day',
    (text) => {
      expect(parseAsOf(text, 'Asia/Tokyo')).toBeUndefined();
    },
  );

  it('is the last millisecond of that day in the zone', () => {
    const zones = Intl.supportedValuesOf('timeZone');
    fc.assert(
      fc.property(
        fc.date({
          // Since the last zone that left a day out.
          min: new Date('2012-01-01'),
          max: new Date('2037-12-31'),
          noInvalidDate: true,
        }),
        fc.constantFrom(...zones),
        (date, timezone) => {
          const day = date.toISOString().slice(0, 10);
          const end = parseAsOf(day, timezone);
          if (end === undefined) throw new Error(`${day} was not taken.`);
          expect(wall(end, timezone).slice(0, 10)).toBe(day);
          expect(wall(new Date(end.getTime() + 1), timezone).slice(0, 10)).not.toBe(day);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('a timestamp as a moment', () => {
  it.each([
    ['2026-11-21T03:00:00+09:00', '2026-11-20T18:00:00.000Z'],
    ['2026-11-21T03:00:00Z', '2026-11-21T03:00:00.000Z'],
    ['2026-11-21T03:00Z', '2026-11-21T03:00:00.000Z'],
    ['2026-11-21T03:00:00.123-05:00', '2026-11-21T08:00:00.123Z'],
  ])('%s stands for itself in every zone', (text, at) => {
    expect(parseAsOf(text, 'Asia/Tokyo')?.toISOString()).toBe(at);
    expect(parseAsOf(text, 'UTC')?.toISOString()).toBe(at);
  });

  it.each([
    '',
    'yesterday',
    '2026-11-21T03:00:00',
    '2026-11-21 03:00:00Z',
    '2026-02-30T03:00:00Z',
    '2026-02-30T03:00:00+09:00',
    '2026-11-21T25:00:00Z',
    '2026-11-21T03:60:00Z',
    '2026-11-21T',
    '20261121',
    ' 2026-11-21',
    '2026-11-21\n',
  ])('%j is none', (text) => {
    expect(parseAsOf(text, 'UTC')).toBeUndefined();
  });
});

describe('a clock that stands', () => {
  it('gives its moment until it is set, and cannot be moved from outside', () => {
    const clock = fixedClock(new Date('2026-11-21T00:00:00Z'));
    clock.now().setUTCFullYear(1999);
    expect(clock.now().toISOString()).toBe('2026-11-21T00:00:00.000Z');
    clock.set(new Date('2026-11-22T00:00:00Z'));
    expect(clock.now().toISOString()).toBe('2026-11-22T00:00:00.000Z');
  });

  it('ends a sleep with the reason of whoever aborts it', async () => {
    const controller = new AbortController();
    const sleep = fixedClock(new Date(0)).sleep(60_000, controller.signal);
    controller.abort(new RekindleError('interrupted', 'stop'));
    await expect(sleep).rejects.toMatchObject({ code: 'interrupted', message: 'stop' });
  });
});
