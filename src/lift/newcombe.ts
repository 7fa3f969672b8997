import { wilsonInterval, type Arm, type Interval } from './wilson.ts';

/**
 * Newcombe's interval for the treatment's conversion rate minus the control's, in conversions per
 * person (0.002 is two per thousand). `z` is the critical value; both arms hold at least one person.
 *
 * Source: Newcombe 1998, Statistics in Medicine 17:873-890, method 10 (Wilson limits, no
 * continuity correction).
 */
export function newcombeInterval(treatment: Arm, control: Arm, z: number): Interval {
  const rateT = treatment.converted / treatment.assigned;
  const rateC = control.converted / control.assigned;
  const limitsT = wilsonInterval(treatment, z);
  const limitsC = wilsonInterval(control, z);
  const difference = rateT - rateC;
  return {
    lower: difference - Math.hypot(rateT - limitsT.lower, limitsC.upper - rateC),
    upper: difference + Math.hypot(limitsT.upper - rateT, rateC - limitsC.lower),
  };
}
