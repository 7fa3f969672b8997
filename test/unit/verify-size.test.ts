/** Sizes are judged by the bounds that favour the list, and by nothing that a platform does not tell. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeSize } from '../../src/sync/verify-size.ts';
import type { SizeQuestion, SoundSize } from '../../src/sync/verify-size.ts';

const MEANING = 'people';
const exactly = (people: number) => ({ lower: people, upper: people });
const size = (lower: number, upper = lower) =>
  ({ kind: 'people', lower, upper, meaning: MEANING }) as const;
const before: SoundSize = {
  at: new Date('2026-11-01T00:00:00Z'),
  lower: 5000,
  upper: 5100,
  accepted: exactly(10_000),
};
const kindOf = (question: Partial<SizeQuestion>) =>
  judgeSize({
    size: size(5000),
    accepted: exactly(10_000),
    mostKeys: 20_000,
    before,
    ...question,
  }).kind;

describe('a size', () => {
  it('below the people sent is no news by itself: platforms count whom they know', () => {
    expect(kindOf({ size: size(1), before: null })).toBe('as-expected');
  });

  it('above all keys that were sent is larger, whatever it was before', () => {
    expect(kindOf({ size: size(20_000, 21_000), before: null })).toBe('as-expected');
    expect(kindOf({ size: size(20_001, 21_000), before: null })).toBe('larger');
    expect(kindOf({ size: size(1), mostKeys: 0, accepted: exactly(0) })).toBe('larger');
  });

  it('is smaller or larger where the share of people known moved by more than a quarter', () => {
    expect(kindOf({ size: size(3750) })).toBe('as-expected');
    expect(kindOf({ size: size(3749) })).toBe('smaller');
    expect(kindOf({ size: size(6375) })).toBe('as-expected');
    expect(kindOf({ size: size(6376) })).toBe('larger');
  });

  it('is measured by the people accepted now, not by those of then', () => {
    expect(kindOf({ size: size(2500), accepted: exactly(5000) })).toBe('as-expected');
    expect(kindOf({ size: size(5000), accepted: exactly(5000), mostKeys: 10_000 })).toBe('larger');
  });

  it('that is hidden for being small is smaller only where it surely was not', () => {
    const below = { kind: 'below', people: 100, meaning: MEANING } as const;
    expect(kindOf({ size: below })).toBe('smaller');
    expect(kindOf({ size: below, before: null })).toBe('as-expected');
    expect(kindOf({ size: below, accepted: exactly(150) })).toBe('as-expected');
  });

  it('says both shares', () => {
    const { reason } = judgeSize({
      size: size(2000),
      accepted: { lower: 8000, upper: 10_000 },
      mostKeys: 20_000,
      before,
    });
    expect(reason).toBe(
      'On 2026-11-01 it was 50 to 51 % of the people accepted, and now it is 20 to 25 %.',
    );
  });

  it('is as expected wherever the same share of any people may still be known', () => {
    const people = fc.integer({ min: 1, max: 1_000_000 });
    fc.assert(
      fc.property(
        people,
        people,
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (then, now, share) => {
          const known = (accepted: number) => ({
            lower: Math.floor((accepted * share) / 100) * 100,
            upper: Math.ceil((accepted * share) / 100) * 100,
          });
          const verdict = judgeSize({
            size: { kind: 'people', meaning: MEANING, ...known(now) },
            accepted: exactly(now),
            mostKeys: now * 2 + 100,
            before: { at: before.at, accepted: exactly(then), ...known(then) },
          });
          expect(verdict.kind).toBe('as-expected');
        },
      ),
    );
  });

  it('proves nothing where nobody is surely accepted', () => {
    expect(kindOf({ size: size(1), accepted: { lower: 0, upper: 10_000 } })).toBe('as-expected');
  });
});
