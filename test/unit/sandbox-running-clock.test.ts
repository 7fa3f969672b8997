import { expect, it } from 'vitest';
import { runningClock } from '../../connectors/sandbox/running-clock.ts';
import { memoryJournal } from '../../connectors/sandbox/world.ts';

const HOUR = 3_600_000;

it('runs with the machine, as far ahead as it was moved', () => {
  const { machine, start } = place();
  const clock = start();
  expect(clock.now()).toEqual(new Date('2026-11-21T00:00:00Z'));
  clock.advance(2 * HOUR);
  clock.advance(HOUR);
  machine.hour = 1;
  expect(clock.now()).toEqual(new Date('2026-11-21T04:00:00Z'));
  clock.set(new Date('2026-11-22T00:00:00Z'));
  machine.hour = 2;
  expect(clock.now()).toEqual(new Date('2026-11-22T01:00:00Z'));
});

it('is as far ahead after a restart over the same journal', () => {
  const { machine, start } = place();
  const first = start();
  first.advance(8 * HOUR);
  machine.hour = 1;
  expect(start().now()).toEqual(first.now());
  start().advance(HOUR);
  expect(start().now()).toEqual(new Date('2026-11-21T10:00:00Z'));
});

it('is never before where it was moved to, though the machine’s time went back', () => {
  const { machine, start } = place();
  start().advance(8 * HOUR);
  machine.hour = -5;
  expect(start().now()).toEqual(new Date('2026-11-21T08:00:00Z'));
});

it('remembers no move to a time that there is not', () => {
  const { start } = place();
  const clock = start();
  expect(() => clock.advance(9e15)).toThrow(RangeError);
  for (const each of [clock, start()]) {
    expect(each.now()).toEqual(new Date('2026-11-21T00:00:00Z'));
  }
});

/** A machine at some hour of a day, and clocks on it over one journal. */
function place() {
  const machine = {
    hour: 0,
    now: () => new Date(Date.parse('2026-11-21T00:00:00Z') + machine.hour * HOUR),
  };
  const journal = memoryJournal();
  return { machine, start: () => runningClock(machine, journal) };
}
