import { describe, expect, it } from 'vitest';
import { retryAfter, takeTurn } from '../../src/alert/pace.ts';

const NOW = new Date('2026-11-22T00:00:00Z');
const ago = (minutes: number): Date => new Date(NOW.getTime() - minutes * 60_000);

describe('what goes out at once', () => {
  it.each([
    [[], [], []],
    [['a', 'b', 'c'], [], [['a'], ['b'], ['c']]],
    [['a', 'b', 'c', 'd'], [], [['a', 'b', 'c', 'd']]],
    [['a', 'b'], [ago(1), ago(2)], [['a', 'b']]],
    [['a'], [ago(1), ago(2)], [['a']]],
    [['a'], [ago(1), ago(2), ago(14.9)], []],
    [['a'], [ago(1), ago(2), ago(15)], [['a']]],
  ])('%j is due after messages at %j', (due, recent, expected) => {
    expect(takeTurn(due, recent, NOW)).toEqual(expected);
  });

  it('is a few messages where a hundred syncs fail one a minute', () => {
    const sent: { at: Date; size: number }[] = [];
    let due: number[] = [];
    for (let minute = 0; minute < 120; minute += 1) {
      const now = new Date(NOW.getTime() + minute * 60_000);
      if (minute < 100) due.push(minute);
      const turn = takeTurn(
        due,
        sent.map(({ at }) => at),
        now,
      );
      for (const message of turn) sent.push({ at: now, size: message.length });
      if (turn.length > 0) due = [];
    }
    expect(due).toEqual([]);
    expect(sent.reduce((sum, { size }) => sum + size, 0)).toBe(100);
    expect(sent.length).toBeLessThanOrEqual(24);
  });
});

describe('a channel that is down', () => {
  it.each([
    [1, undefined, 30],
    [2, undefined, 60],
    [8, undefined, 3600],
    [50, undefined, 3600],
    [1, 120_000, 120],
    [5, 1_000, 480],
    [1, 10 * 86_400_000, 6 * 3600],
  ])('after %i failures, asking for %s ms, is tried after %i s', (failures, asked, seconds) => {
    expect(retryAfter(failures, asked)).toBe(seconds * 1000);
  });
});
