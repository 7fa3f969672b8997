/** One arm of an experiment: people assigned to it, and how many of them converted. */
export interface Arm {
  readonly assigned: number;
  readonly converted: number;
}

/** The ends of a confidence interval. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/**
 * Wilson's score interval for the conversion rate of an arm, as shares between 0 and 1. `z` is the
 * critical value; the arm holds at least one person. Nobody converted gives a lower end of exactly
 * 0, everybody an upper end of exactly 1.
 *
 * Source: Wilson 1927, J. Am. Stat. Assoc. 22:209-212.
 */
export function wilsonInterval({ assigned: n, converted }: Arm, z: number): Interval {
  const rate = converted / n;
  const shrink = 1 + (z * z) / n;
  const centre = (rate + (z * z) / (2 * n)) / shrink;
  const half = (z / shrink) * Math.sqrt((rate * (1 - rate)) / n + (z * z) / (4 * n * n));
  return {
    lower: converted === 0 ? 0 : centre - half,
    upper: converted === n ? 1 : centre + half,
  };
}
