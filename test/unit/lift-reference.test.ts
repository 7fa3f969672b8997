import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { chiSquareUpperTail } from '../../src/lift/chi-square.ts';
import { conversionLift } from '../../src/lift/index.ts';
import { newcombeInterval } from '../../src/lift/newcombe.ts';
import { criticalValue, normalQuantile, normalUpperTail } from '../../src/lift/normal.ts';
import { relativeLiftInterval } from '../../src/lift/relative.ts';
import { sampleRatio } from '../../src/lift/sample-ratio.ts';
import { wilsonInterval, type Arm, type Interval } from '../../src/lift/wilson.ts';

const file = new URL('../../../shared/stat-reference.json', import.meta.url);
const present = existsSync(file);
const reference = z.object({
  cases: z.array(
    z.object({
      id: z.string(),
      fn: z.string(),
      in: z.unknown(),
      out: z.unknown(),
      tol: z.number(),
      rel: z.boolean().default(false),
    }),
  ),
});
const cases = present ? reference.parse(JSON.parse(readFileSync(file, 'utf8'))).cases : [];

const pair = z.tuple([z.number(), z.number()]);
const twoCounts = z
  .object({ x1: z.number(), n1: z.number(), x2: z.number(), n2: z.number() })
  .transform(({ x1, n1, x2, n2 }) => [arm(x1, n1), arm(x2, n2)] as const);
const twoArms = z
  .object({ xT: z.number(), nT: z.number(), xC: z.number(), nC: z.number() })
  .transform(({ xT, nT, xC, nC }) => ({ treatment: arm(xT, nT), control: arm(xC, nC) }));
const z95 = criticalValue(0.95);

function arm(converted: number, assigned: number): Arm {
  return { assigned, converted };
}

const ends = ({ lower, upper }: Interval) => [lower, upper];
/** A lift interval as the ratio interval that the reference holds. */
const ratioEnds = ({ lower, upper }: Interval) => [lower + 1, upper + 1];

type Figures = readonly (readonly [actual: number, expected: number])[];

const zip = (actual: readonly number[], expected: readonly number[]): Figures =>
  expected.map((value, index) => [actual[index] ?? Number.NaN, value] as const);

/** For each family, the figures of this package beside those of the reference. */
const families: Record<string, (input: unknown, output: unknown) => Figures> = {
  normQuantile: (input, output) => [
    [normalQuantile(z.object({ p: z.number() }).parse(input).p), z.number().parse(output)],
  ],
  normSf: (input, output) => [
    [normalUpperTail(z.object({ z: z.number() }).parse(input).z), z.number().parse(output)],
  ],
  chi2Sf: (input, output) => {
    const { x, df } = z.object({ x: z.number(), df: z.number() }).parse(input);
    return [[chiSquareUpperTail(x, df), z.number().parse(output)]];
  },
  wilson95: (input, output) => {
    const { x, n } = z.object({ x: z.number(), n: z.number() }).parse(input);
    return zip(ends(wilsonInterval(arm(x, n), z95)), pair.parse(output));
  },
  newcombe95: (input, output) => {
    const [first, second] = twoCounts.parse(input);
    return zip(ends(newcombeInterval(first, second, z95)), pair.parse(output));
  },
  ratioMoverR95: (input, output) => {
    const [first, second] = twoCounts.parse(input);
    const expected = z.object({ ratio95: pair, newcombe95: pair }).parse(output);
    return [
      ...zip(ratioEnds(relativeLiftInterval(first, second, z95)), expected.ratio95),
      ...zip(ends(newcombeInterval(first, second, z95)), expected.newcombe95),
    ];
  },
  intervalsAtCrit: (input, output) => {
    const { treatment, control } = twoArms.parse(input);
    const critical = z.object({ z: z.number() }).parse(input).z;
    const expected = z.object({ newcombe: pair, ratio: pair }).parse(output);
    return [
      ...zip(ends(newcombeInterval(treatment, control, critical)), expected.newcombe),
      ...zip(ratioEnds(relativeLiftInterval(treatment, control, critical)), expected.ratio),
    ];
  },
  'lift.binary': (input, output) => {
    const lift = conversionLift({ ...twoArms.parse(input), holdoutShare: 0.5 });
    if (lift.kind !== 'estimate' || lift.relative === null) throw new Error('no full estimate');
    const expected = z
      .object({
        absLift: z.number(),
        newcombe95: pair,
        relLift: z.number(),
        relMoverR95: pair,
        incremental: z.number(),
        incremental95: pair,
      })
      .parse(output);
    return [
      [lift.absolute.value, expected.absLift],
      ...zip(ends(lift.absolute), expected.newcombe95),
      [lift.relative.value, expected.relLift],
      ...zip(ends(lift.relative), expected.relMoverR95),
      [lift.incremental.value, expected.incremental],
      ...zip(ends(lift.incremental), expected.incremental95),
    ];
  },
  srmChi2: (input, output) => {
    const { observed, weights } = z
      .object({ observed: z.array(z.number()), weights: z.array(z.number()) })
      .parse(input);
    const ratio = sampleRatio(
      observed.map((assigned, index) => ({ assigned, weight: weights[index] ?? Number.NaN })),
    );
    if (ratio.verdict === 'not-enough-data') throw new Error('no chi-square');
    const expected = z.object({ chi2: z.number(), p: z.number() }).parse(output);
    return [
      [ratio.chiSquare, expected.chi2],
      [ratio.p, expected.p],
    ];
  },
};

describe.skipIf(!present)(
  'reference values (skipped where ../shared/stat-reference.json is absent)',
  () => {
    describe.each(Object.entries(families))('%s', (family, compare) => {
      const own = cases.filter((entry) => entry.fn === family);

      it('is in the reference file', () => {
        expect(own.length).toBeGreaterThan(0);
      });

      it.each(own)('$id is met within its tolerance', ({ in: input, out, tol, rel }) => {
        const figures = compare(input, out);
        expect(figures.length).toBeGreaterThan(0);
        for (const [actual, expected] of figures) {
          const allowed = rel ? tol * Math.abs(expected) : tol;
          const error = Math.abs(actual - expected);
          expect(error, `${actual} against ${expected}`).toBeLessThanOrEqual(allowed);
        }
      });
    });
  },
);
