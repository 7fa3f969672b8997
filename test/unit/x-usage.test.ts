import { describe, expect, it } from 'vitest';
import { isWrong, skewInWords, skewOf } from '../../connectors/x/clock-skew.ts';
import { usageOf } from '../../connectors/x/usage.ts';

const NOW = new Date('2026-11-01T00:00:00Z');
const inSeconds = (seconds: number) => String(NOW.getTime() / 1000 + seconds);
const level = (prefix: string, limit: string, remaining: string, reset?: string) => ({
  [`${prefix}-limit`]: limit,
  [`${prefix}-remaining`]: remaining,
  ...(reset !== undefined && { [`${prefix}-reset`]: reset }),
});

describe('the rate-limit headers of X', () => {
  const user = level('x-rate-limit', '1500', '1200', inSeconds(40));
  const account = level('x-account-rate-limit', '2000', '500', inSeconds(600));

  it('tell of the account where it is there, else of the user', () => {
    expect(usageOf({ ...user, ...account }, NOW)).toEqual({ used: 0.75, resetMs: 600_000 });
    expect(usageOf(user, NOW)).toEqual({ used: 1 - 1200 / 1500, resetMs: 40_000 });
    const half = { 'x-account-rate-limit-limit': '2000' };
    expect(usageOf({ ...user, ...half }, NOW)).toEqual(usageOf(user, NOW));
  });

  it('tell the reset by the clock of X, where the answer bears its date', () => {
    const ahead = { ...user, date: 'Sat, 31 Oct 2026 23:50:00 GMT' };
    expect(usageOf(ahead, NOW)).toMatchObject({ resetMs: 640_000 });
    const behind = { ...account, date: 'Sun, 01 Nov 2026 00:09:00 GMT' };
    expect(usageOf(behind, NOW)).toMatchObject({ resetMs: 60_000 });
  });

  it('tell nothing where they are absent or no numbers', () => {
    expect(usageOf({}, NOW)).toBeUndefined();
    for (const [limit, remaining] of [
      ['many', '3'],
      ['10', '-3'],
      ['10', ''],
    ] as const) {
      expect(usageOf(level('x-rate-limit', limit, remaining), NOW)).toBeUndefined();
    }
    expect(
      usageOf({ 'x-rate-limit-limit': ['10', '20'], 'x-rate-limit-remaining': '5' }, NOW),
    ).toBe(undefined);
  });

  it('are used up at a limit of nothing, unused at more than all, and tell no reset that is over', () => {
    expect(usageOf(level('x-rate-limit', '0', '0'), NOW)).toEqual({ used: 1 });
    expect(usageOf(level('x-rate-limit', '10', '11'), NOW)).toEqual({ used: 0 });
    for (const late of [inSeconds(-9), inSeconds(0)]) {
      expect(usageOf(level('x-rate-limit', '10', '0', late), NOW)).toEqual({ used: 1 });
    }
    expect(usageOf(level('x-rate-limit', '10', '0', 'soon'), NOW)).toEqual({ used: 1 });
  });
});

describe('the clock beside that of X', () => {
  it('is ahead by how much later our time is than the date of the answer', () => {
    const skew = (date: string) => skewOf({ date }, NOW);
    expect(skew('Sun, 01 Nov 2026 00:00:00 GMT')).toBe(0);
    expect(skew('Sat, 31 Oct 2026 23:59:00 GMT')).toBe(60_000);
    expect(skew('Sun, 01 Nov 2026 00:01:00 GMT')).toBe(-60_000);
    expect(skew('yesterday')).toBeUndefined();
    expect(skewOf({}, NOW)).toBeUndefined();
  });

  it('is wrong over five minutes, either way', () => {
    expect([300_000, -300_000, 300_001, -300_001].map(isWrong)).toEqual([false, false, true, true]);
  });

  it('is told in the largest unit of which there are two', () => {
    const words = (seconds: number) => skewInWords(seconds * 1000);
    expect(words(31)).toBe("31 seconds ahead of X's");
    expect(words(-119)).toBe("119 seconds behind X's");
    expect(words(-120)).toBe("2 minutes behind X's");
    expect(words(719.6)).toBe("12 minutes ahead of X's");
    expect(words(7200)).toBe("2 hours ahead of X's");
    expect(words(-40 * 86_400)).toBe("40 days behind X's");
  });
});
