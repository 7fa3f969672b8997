import { describe, expect, it } from 'vitest';
import { newcombeInterval } from '../../src/lift/newcombe.ts';
import { criticalValue } from '../../src/lift/normal.ts';
import { relativeLiftInterval } from '../../src/lift/relative.ts';
import { wilsonInterval } from '../../src/lift/wilson.ts';

const z = criticalValue(0.95);
const arm = (converted: number, assigned: number) => ({ assigned, converted });

describe('the Wilson interval', () => {
  // Newcombe 1998, Statistics in Medicine 17:857-872, Table I, score method.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [1, 29, 0.0061, 0.1718],
  ])('for %i of %i is the published one', (converted, assigned, lower, upper) => {
    const interval = wilsonInterval(arm(converted, assigned), z);
    expect(interval.lower).toBeCloseTo(lower, 4);
    expect(interval.upper).toBeCloseTo(upper, 4);
  });

  it('ends at exactly 0 when nobody converted and at exactly 1 when everybody did', () => {
    for (let people = 1; people <= 20; people += 1) {
      expect(wilsonInterval(arm(0, people), z).lower).toBe(0);
      expect(wilsonInterval(arm(people, people), z).upper).toBe(1);
    }
  });
});

describe('the Newcombe interval', () => {
  // Newcombe 1998, Statistics in Medicine 17:873-890, Table II, method 10.
  it.each([
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [6, 7, 2, 7, 0.0582, 0.8062],
    [5, 56, 0, 29, -0.0381, 0.1926],
    [0, 10, 0, 20, -0.1611, 0.2775],
    [10, 10, 0, 20, 0.6791, 1],
  ])('for %i/%i against %i/%i is the published one', (x1, n1, x2, n2, lower, upper) => {
    const interval = newcombeInterval(arm(x1, n1), arm(x2, n2), z);
    expect(interval.lower).toBeCloseTo(lower, 4);
    expect(interval.upper).toBeCloseTo(upper, 4);
  });
});

describe('the relative interval', () => {
  it('has no upper end when nobody in control converted', () => {
    const interval = relativeLiftInterval(arm(30, 9000), arm(0, 1000), z);
    expect(interval.upper).toBe(Number.POSITIVE_INFINITY);
    expect(interval.lower).toBeGreaterThan(-1);
    expect(interval.lower).toBeLessThan(0);
  });

  it('starts at -100 % when nobody in treatment converted, control converters or not', () => {
    expect(relativeLiftInterval(arm(0, 9000), arm(3, 1000), z).lower).toBe(-1);
    expect(relativeLiftInterval(arm(0, 9000), arm(0, 1000), z).lower).toBe(-1);
  });

  it('passes smoothly through the point where the upper control limit is twice the control rate', () => {
    // Wilson's upper limit is 2p where z squared is x / (2 (1 - 2p)); the textbook form of the
    // lower end divides by zero there.
    const control = arm(4, 1000);
    const there = Math.sqrt(4 / (2 * (1 - 0.008)));
    expect(wilsonInterval(control, there).upper).toBeCloseTo(0.008, 12);
    const lowers = [there * (1 - 1e-7), there, there * (1 + 1e-7)].map(
      (critical) => relativeLiftInterval(arm(90, 9000), control, critical).lower,
    );
    expect(lowers[1]).toBeGreaterThan(0);
    expect(lowers[0]).toBeCloseTo(lowers[1] ?? Number.NaN, 6);
    expect(lowers[2]).toBeCloseTo(lowers[1] ?? Number.NaN, 6);
  });

  it('stays a number where it is narrower than rounding', () => {
    for (let extra = 0; extra < 200; extra += 1) {
      const treatment = arm(98_035_428 + extra, 102_373_922);
      const interval = relativeLiftInterval(treatment, arm(92_923_912, 98_041_155), 1e-4);
      expect(interval.lower).not.toBeNaN();
      expect(interval.upper).not.toBeNaN();
    }
  });
});
