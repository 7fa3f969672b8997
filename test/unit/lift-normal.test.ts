import { describe, expect, it } from 'vitest';
import { chiSquareUpperTail } from '../../src/lift/chi-square.ts';
import { criticalValue, normalQuantile, normalUpperTail } from '../../src/lift/normal.ts';

describe('the normal distribution', () => {
  it.each([
    [0.9, 1.6448536269514722],
    [0.95, 1.959963984540054],
    [0.99, 2.5758293035489004],
  ])('has the critical value of confidence %d found in every table', (confidence, z) => {
    expect(criticalValue(confidence)).toBeCloseTo(z, 12);
  });

  it('has infinite ends and no value outside them', () => {
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
    expect(normalQuantile(0.5)).toBe(0);
    expect(normalQuantile(-0.1)).toBeNaN();
    expect(normalQuantile(Number.NaN)).toBeNaN();
  });

  it('has tails that meet in the middle, vanish at infinity and pass NaN on', () => {
    expect(normalUpperTail(0)).toBe(0.5);
    expect(normalUpperTail(Number.POSITIVE_INFINITY)).toBe(0);
    expect(normalUpperTail(Number.NEGATIVE_INFINITY)).toBe(1);
    expect(normalUpperTail(Number.NaN)).toBeNaN();
  });

  it('joins its series and its continued fraction without a step', () => {
    const [before, after] = [normalUpperTail(3), normalUpperTail(3 + 1e-12)];
    expect(Math.abs(after / before - 1)).toBeLessThan(1e-11);
  });
});

describe('the chi-square distribution', () => {
  // The 5 % points printed in every table, for odd and even degrees of freedom.
  it.each([
    [1, 3.841458820694124],
    [2, 5.991464547107979],
    [3, 7.814727903251179],
    [4, 9.487729036781154],
    [10, 18.307038053275146],
  ])('leaves 5 %% above the tabled point for %i degrees of freedom', (degrees, point) => {
    expect(chiSquareUpperTail(point, degrees)).toBeCloseTo(0.05, 12);
  });

  it('lies above 0 with certainty', () => {
    expect(chiSquareUpperTail(0, 1)).toBe(1);
    expect(chiSquareUpperTail(0, 2)).toBe(1);
  });
});
