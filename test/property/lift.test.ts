import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chiSquareUpperTail } from '../../src/lift/chi-square.ts';
import { conversionLift } from '../../src/lift/index.ts';
import { newcombeInterval } from '../../src/lift/newcombe.ts';
import { criticalValue, normalQuantile, normalUpperTail } from '../../src/lift/normal.ts';
import { relativeLiftInterval } from '../../src/lift/relative.ts';
import type { Arm } from '../../src/lift/wilson.ts';

/** Small arms, where exact ends and zero counts are common, and large arms with few converters. */
const anyArm = fc.oneof(
  armOf(fc.integer({ min: 1, max: 30 }), 1),
  armOf(fc.integer({ min: 1, max: 2_000_000 }), 1),
  armOf(fc.integer({ min: 100, max: 2_000_000 }), 0.01),
);
const converting = anyArm.filter(({ converted }) => converted > 0);
const anyConfidence = fc.double({ min: 0.5, max: 0.9999, noNaN: true });
const critical = anyConfidence.map(criticalValue);

function armOf(people: fc.Arbitrary<number>, highestRate: number): fc.Arbitrary<Arm> {
  return people.chain((assigned) =>
    fc
      .integer({ min: 0, max: Math.floor(assigned * highestRate) })
      .map((converted) => ({ assigned, converted })),
  );
}

const rate = ({ assigned, converted }: Arm) => converted / assigned;
const side = ({ lower, upper }: { lower: number; upper: number }) =>
  lower > 0 ? 'above' : upper < 0 ? 'below' : 'holds zero';

describe('both lift intervals', () => {
  it('agree about zero', () => {
    fc.assert(
      fc.property(anyArm, anyArm, critical, (treatment, control, z) => {
        expect(side(relativeLiftInterval(treatment, control, z))).toBe(
          side(newcombeInterval(treatment, control, z)),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('contain the point estimate', () => {
    fc.assert(
      fc.property(anyArm, converting, critical, (treatment, control, z) => {
        const difference = rate(treatment) - rate(control);
        const absolute = newcombeInterval(treatment, control, z);
        expect(absolute.lower).toBeLessThanOrEqual(difference);
        expect(absolute.upper).toBeGreaterThanOrEqual(difference);
        const lift = rate(treatment) / rate(control) - 1;
        const relative = relativeLiftInterval(treatment, control, z);
        expect(relative.lower).toBeLessThanOrEqual(lift);
        expect(relative.upper).toBeGreaterThanOrEqual(lift);
      }),
    );
  });

  it('widen with confidence', () => {
    fc.assert(
      fc.property(anyArm, anyArm, critical, (treatment, control, z) => {
        for (const interval of [newcombeInterval, relativeLiftInterval]) {
          const narrow = interval(treatment, control, z);
          const wide = interval(treatment, control, z * 1.1);
          expect(wide.lower).toBeLessThanOrEqual(narrow.lower);
          expect(wide.upper).toBeGreaterThanOrEqual(narrow.upper);
        }
      }),
    );
  });

  it('stay within what rates can do', () => {
    fc.assert(
      fc.property(anyArm, anyArm, critical, (treatment, control, z) => {
        const absolute = newcombeInterval(treatment, control, z);
        expect(absolute.lower).toBeGreaterThanOrEqual(-1 - 1e-12);
        expect(absolute.upper).toBeLessThanOrEqual(1 + 1e-12);
        expect(relativeLiftInterval(treatment, control, z).lower).toBeGreaterThanOrEqual(-1);
      }),
    );
  });

  it('mirror when the arms are swapped: the difference changes sign, the ratio inverts', () => {
    fc.assert(
      fc.property(converting, converting, critical, (first, second, z) => {
        const forth = newcombeInterval(first, second, z);
        const back = newcombeInterval(second, first, z);
        expect(back.lower).toBeCloseTo(-forth.upper, 12);
        expect(back.upper).toBeCloseTo(-forth.lower, 12);
        const ratio = 1 + relativeLiftInterval(first, second, z).upper;
        const inverse = 1 + relativeLiftInterval(second, first, z).lower;
        expect(ratio * inverse).toBeCloseTo(1, 6);
      }),
    );
  });
});

describe('the conversion lift', () => {
  it('only claims a direction that its interval, its counts and its split support', () => {
    fc.assert(
      fc.property(anyArm, anyArm, anyConfidence, (treatment, control, confidence) => {
        const holdoutShare = control.assigned / (control.assigned + treatment.assigned);
        const lift = conversionLift({ treatment, control, holdoutShare, confidence });
        if (lift.kind !== 'estimate') throw new Error(`a perfect split gave ${lift.kind}`);
        if (lift.verdict !== 'more' && lift.verdict !== 'fewer') return;
        expect(side(lift.incremental)).toBe(lift.verdict === 'more' ? 'above' : 'below');
        expect(control.converted).toBeGreaterThanOrEqual(10);
        expect(lift.sampleRatio.verdict).toBe('healthy');
      }),
    );
  });
});

describe('the distributions', () => {
  it('undo each other: the quantile of a normal tail is its z', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 30, noNaN: true }), (z) => {
        expect(-normalQuantile(normalUpperTail(z))).toBeCloseTo(z, 10);
      }),
    );
  });

  it('agree: a squared normal is chi-square with one degree of freedom', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 30, noNaN: true }), (z) => {
        const twoTails = 2 * normalUpperTail(z);
        expect(Math.abs(chiSquareUpperTail(z * z, 1) / twoTails - 1)).toBeLessThan(1e-10);
      }),
    );
  });
});
