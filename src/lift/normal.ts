const SQRT_TWO_PI = Math.sqrt(2 * Math.PI);
/** Below this the power series is used, above it the continued fraction. */
const SERIES_LIMIT = 3;
const FRACTION_TERMS = 100;
/** Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.23: error below 4.5e-4. */
const START_NUMERATOR = [2.515517, 0.802853, 0.010328] as const;
const START_DENOMINATOR = [1.432788, 0.189269, 0.001308] as const;
/** Each step triples the number of right digits, so three take 4.5e-4 to the limit of a double. */
const HALLEY_STEPS = 3;

/** The density of the standard normal distribution at `z`. */
function density(z: number): number {
  return Math.exp((-z * z) / 2) / SQRT_TWO_PI;
}

/**
 * The probability that a standard normal variable exceeds `z`; relative error below 1e-12.
 * NaN gives NaN.
 *
 * Near the centre: the power series of the integral of the density (Marsaglia 2004, J. Stat. Soft.
 * 11(4)), whose terms are all positive. In the tails: Laplace's continued fraction for Mills' ratio
 * (Abramowitz and Stegun, 26.2.14), evaluated from its far end.
 */
export function normalUpperTail(z: number): number {
  if (z < -SERIES_LIMIT) return 1 - normalUpperTail(-z);
  if (z > SERIES_LIMIT) {
    let fraction = z;
    for (let k = FRACTION_TERMS; k > 0; k -= 1) fraction = z + k / fraction;
    return density(z) / fraction;
  }
  let sum = 0;
  let term = z;
  for (let k = 3; Math.abs(term) > Number.EPSILON * Math.abs(sum); k += 2) {
    sum += term;
    term *= (z * z) / k;
  }
  return 0.5 - density(z) * sum;
}

/**
 * The `z` below which a standard normal variable lies with probability `p`; absolute error below
 * 1e-10. Gives minus and plus infinity at 0 and 1, NaN outside [0, 1].
 *
 * A rational start (Abramowitz and Stegun, 26.2.23), then Halley's method on `normalUpperTail`.
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0.5) return 0;
  const tail = Math.min(p, 1 - p);
  if (tail === 0) return p === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;

  const t = Math.sqrt(-2 * Math.log(tail));
  const [a0, a1, a2] = START_NUMERATOR;
  const [b1, b2, b3] = START_DENOMINATOR;
  let z = t - (a0 + t * (a1 + t * a2)) / (1 + t * (b1 + t * (b2 + t * b3)));
  for (let step = 0; step < HALLEY_STEPS; step += 1) {
    const excess = (normalUpperTail(z) - tail) / density(z);
    z += excess / (1 - (z * excess) / 2);
  }
  return p < 0.5 ? -z : z;
}

/**
 * The `z` that a two-sided interval of this confidence uses, such as 1.96 for 0.95.
 * `confidence` lies strictly between 0 and 1.
 */
export function criticalValue(confidence: number): number {
  return -normalQuantile((1 - confidence) / 2);
}
