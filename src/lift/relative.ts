import { wilsonInterval, type Arm, type Interval } from './wilson.ts';

/**
 * The MOVER-R interval for the relative lift: the treatment's conversion rate over the control's,
 * minus 1 (0.2 is 20 % more). `z` is the critical value; both arms hold at least one person.
 * Without control converters the upper end is infinite.
 *
 * Source: Donner and Zou 2012, Stat. Methods Med. Res. 21:347-359, on Wilson limits. Its ends are
 * the ratios at which Newcombe's interval touches zero, so both always agree about "no effect".
 */
export function relativeLiftInterval(treatment: Arm, control: Arm, z: number): Interval {
  const rateT = treatment.converted / treatment.assigned;
  const rateC = control.converted / control.assigned;
  const limitsT = wilsonInterval(treatment, z);
  const limitsC = wilsonInterval(control, z);
  const product = rateT * rateC;
  const root = (partT: number, partC: number) =>
    Math.sqrt(Math.max(0, product * product - partT * partC));

  // The lower end is rationalised: the textbook form divides by zero where the control's upper
  // limit is twice its rate, which is an ordinary case.
  const lowerT = limitsT.lower * (2 * rateT - limitsT.lower);
  const upperC = limitsC.upper * (2 * rateC - limitsC.upper);
  const lowerRatio = treatment.converted === 0 ? 0 : lowerT / (product + root(lowerT, upperC));

  const upperT = limitsT.upper * (2 * rateT - limitsT.upper);
  const lowerC = limitsC.lower * (2 * rateC - limitsC.lower);
  const upperRatio =
    control.converted === 0 ? Number.POSITIVE_INFINITY : (product + root(upperT, lowerC)) / lowerC;

  return { lower: lowerRatio - 1, upper: upperRatio - 1 };
}
