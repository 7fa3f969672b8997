import { chiSquareUpperTail } from './chi-square.ts';

/** A split this unlikely by chance is a bug; the default threshold of GrowthBook as well. */
export const SAMPLE_RATIO_THRESHOLD = 0.001;
/** Below this many expected people in an arm the chi-square approximation is not to be trusted. */
const SMALLEST_EXPECTED = 5;

/** People found in one arm, and the arm's configured weight; weights need not add up to 1. */
export interface ArmCount {
  readonly assigned: number;
  readonly weight: number;
}

/** Whether the arms hold as many people as configured. `expected` keeps the order of the arms. */
export type SampleRatio =
  | { readonly verdict: 'not-enough-data'; readonly expected: readonly number[] }
  | {
      readonly verdict: 'healthy' | 'mismatch';
      readonly expected: readonly number[];
      readonly chiSquare: number;
      readonly p: number;
    };

/**
 * The sample-ratio check: Pearson's chi-square of the people in two or more arms against the
 * configured weights (at least one above 0). A mismatch is p < 0.001; with fewer than five people
 * expected in any arm there is no verdict.
 *
 * Source: Kohavi, Tang and Xu 2020, Trustworthy Online Controlled Experiments, chapter 3.
 */
export function sampleRatio(arms: readonly ArmCount[]): SampleRatio {
  const people = arms.reduce((sum, arm) => sum + arm.assigned, 0);
  const weights = arms.reduce((sum, arm) => sum + arm.weight, 0);
  const cells = arms.map(({ assigned, weight }) => ({
    assigned,
    expected: (people * weight) / weights,
  }));
  const expected = cells.map((cell) => cell.expected);
  if (expected.some((count) => count < SMALLEST_EXPECTED)) {
    return { verdict: 'not-enough-data', expected };
  }
  const chiSquare = cells.reduce(
    (sum, cell) => sum + (cell.assigned - cell.expected) ** 2 / cell.expected,
    0,
  );
  const p = chiSquareUpperTail(chiSquare, arms.length - 1);
  return { verdict: p < SAMPLE_RATIO_THRESHOLD ? 'mismatch' : 'healthy', expected, chiSquare, p };
}
