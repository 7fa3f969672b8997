import { normalUpperTail } from './normal.ts';

/**
 * The probability that a chi-square variable with `degreesOfFreedom` (a whole number of at least 1)
 * exceeds `x` (at least 0).
 *
 * For whole degrees of freedom the regularised incomplete gamma function is a finite sum of
 * positive terms (Abramowitz and Stegun, 26.4.4 and 26.4.5): it starts at two normal tails (odd)
 * or at exp(-x/2) (even) and gains one term for every two degrees.
 */
export function chiSquareUpperTail(x: number, degreesOfFreedom: number): number {
  const odd = degreesOfFreedom % 2 === 1;
  let tail = odd ? 2 * normalUpperTail(Math.sqrt(x)) : Math.exp(-x / 2);
  let term = odd ? Math.sqrt((2 * x) / Math.PI) * Math.exp(-x / 2) : (x / 2) * Math.exp(-x / 2);
  for (let df = odd ? 3 : 4; df <= degreesOfFreedom; df += 2) {
    tail += term;
    term *= x / df;
  }
  return tail;
}
