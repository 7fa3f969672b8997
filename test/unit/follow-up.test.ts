/** When a run is followed by another without anybody asking. */
import { describe, expect, it } from 'vitest';
import { followUpAt } from '../../src/services/schedule/follow-up.ts';
import type { LastRun } from '../../src/services/schedule/follow-up.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const MINUTE = 60_000;

/** A run that ended incomplete just now, for a reason that heals. */
const INCOMPLETE: LastRun = {
  state: 'incomplete',
  code: 'HTTP_503',
  healsItself: true,
  startedAt: NOW,
  finishedAt: NOW,
  incomplete: 1,
  isHeld: false,
  isPaused: false,
  accountWaitsUntil: null,
};

const minutesUntil = (last: Partial<LastRun>): number | null => {
  const at = followUpAt({ ...INCOMPLETE, ...last });
  return at === null ? null : (at.getTime() - NOW.getTime()) / MINUTE;
};

describe('a run that ended incomplete', () => {
  it('is followed after a minute, then after twice as long each time, at most an hour', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7, 8, 30].map((incomplete) => minutesUntil({ incomplete }));
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it('is left to its schedule after thirty in a row', () => {
    expect(minutesUntil({ incomplete: 31 })).toBeNull();
  });

  it.each(['hand-over', 'pause', 'cut-off'])('is followed at once after %s', (code) => {
    expect(minutesUntil({ code })).toBe(0);
  });

  it('is not followed at once again and again, whatever ends it', () => {
    expect(minutesUntil({ code: 'cut-off', incomplete: 4 })).toBe(8);
  });

  it('waits for as long as its account', () => {
    const accountWaitsUntil = new Date(NOW.getTime() + 7 * MINUTE);
    expect(minutesUntil({ accountWaitsUntil })).toBe(7);
    expect(minutesUntil({ accountWaitsUntil, incomplete: 5 })).toBe(16);
  });

  it('gives a platform that works on requests later the half hour that it takes', () => {
    expect(minutesUntil({ code: 'waiting' })).toBe(30);
  });

  it('is a person’s to see to where it does not heal', () => {
    expect(minutesUntil({ healsItself: false })).toBeNull();
  });
});

describe('a run that is under way', () => {
  const underWay = { state: 'delivering', code: null, finishedAt: null };

  it('is left alone while its process shows that it is alive', () => {
    expect(minutesUntil({ ...underWay, isHeld: true })).toBeNull();
  });

  it('is gone on with at once when it does not, unless that has not helped three times', () => {
    expect(minutesUntil({ ...underWay, incomplete: 4 })).toBe(8);
    expect(minutesUntil(underWay)).toBe(0);
    expect(minutesUntil({ ...underWay, state: 'planning' })).toBe(0);
  });
});

it.each(['succeeded', 'failed', 'held', 'cancelled'])(
  'a run that %s is followed by none',
  (state) => {
    expect(minutesUntil({ state })).toBeNull();
  },
);

it('nothing follows by itself while a sync is paused', () => {
  expect(minutesUntil({ isPaused: true })).toBeNull();
  expect(minutesUntil({ isPaused: true, state: 'delivering' })).toBeNull();
});
