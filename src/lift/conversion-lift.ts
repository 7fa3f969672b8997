import { RekindleError } from '../errors.ts';
import { newcombeInterval } from './newcombe.ts';
import { criticalValue } from './normal.ts';
import { relativeLiftInterval } from './relative.ts';
import { sampleRatio, type SampleRatio } from './sample-ratio.ts';
import type { Arm, Interval } from './wilson.ts';

/** Below this many control conversions a verdict would be noise. */
export const SMALLEST_CONTROL_CONVERSIONS = 10;

/** What was counted. Everybody ever assigned is in here, whatever happened to them afterwards. */
export interface LiftInput {
  readonly treatment: Arm;
  readonly control: Arm;
  /** The share configured to be held out, from 0 up to but not including 1. */
  readonly holdoutShare: number;
  /** Strictly between 0 and 1; 0.95 if left out. */
  readonly confidence?: number;
}

/** A figure and its confidence interval. */
export interface Estimate extends Interval {
  readonly value: number;
}

/**
 * What the interval says: `more` or `fewer` conversions through the ads, `not-established` when it
 * holds zero, `withheld` when the counts are too few to say anything.
 */
export type LiftVerdict =
  | { readonly verdict: 'more' | 'fewer' | 'not-established' }
  | {
      readonly verdict: 'withheld';
      readonly reason: 'few-control-conversions' | 'sample-ratio-unchecked';
    };

interface Counted {
  readonly treatment: Arm;
  readonly control: Arm;
  readonly holdoutShare: number;
  readonly confidence: number;
}

interface Estimated extends Counted {
  readonly kind: 'estimate';
  /** Treatment's conversion rate minus control's. */
  readonly absolute: Estimate;
  /** Treatment's rate over control's, minus 1; null when nobody in control converted. */
  readonly relative: Estimate | null;
  /** Converters in treatment who would not have converted at control's rate, in people. */
  readonly incremental: Estimate;
  /** Converters that treatment would have had at control's rate, in people. */
  readonly counterfactual: number;
  readonly sampleRatio: SampleRatio;
}

/**
 * The conversion lift of one experiment, or what stands in its place: a split that is not the
 * configured one replaces the figures, an empty arm leaves none to give.
 */
export type ConversionLift =
  | (Estimated & LiftVerdict)
  | (Counted & {
      readonly kind: 'not-enough-data';
      readonly reason: 'no-holdout' | 'treatment-empty' | 'control-empty';
    })
  | (Counted & { readonly kind: 'sample-ratio-mismatch'; readonly sampleRatio: SampleRatio });

/**
 * Intent-to-treat lift in conversions: everybody assigned counts in the arm they were assigned to,
 * whether or not they were uploaded, matched or shown an ad. Counts must come from one holdout
 * share; people of the global holdout are left out of both arms beforehand.
 *
 * Absolute lift by Newcombe's interval, relative lift by MOVER-R, and a sample-ratio check that
 * comes before either. Throws `input.invalid` for counts that cannot be.
 */
export function conversionLift(input: LiftInput): ConversionLift {
  const { treatment, control, holdoutShare, confidence = 0.95 } = input;
  assertArm('treatment', treatment);
  assertArm('control', control);
  assertShare(holdoutShare >= 0 && holdoutShare < 1, 'holdout share', holdoutShare);
  assertShare(confidence > 0 && confidence < 1, 'confidence', confidence);

  const counted = { treatment, control, holdoutShare, confidence };
  if (holdoutShare === 0) return { kind: 'not-enough-data', ...counted, reason: 'no-holdout' };

  const ratio = sampleRatio([
    { assigned: treatment.assigned, weight: 1 - holdoutShare },
    { assigned: control.assigned, weight: holdoutShare },
  ]);
  if (ratio.verdict === 'mismatch') {
    return { kind: 'sample-ratio-mismatch', ...counted, sampleRatio: ratio };
  }
  if (treatment.assigned === 0) {
    return { kind: 'not-enough-data', ...counted, reason: 'treatment-empty' };
  }
  if (control.assigned === 0) {
    return { kind: 'not-enough-data', ...counted, reason: 'control-empty' };
  }

  const z = criticalValue(confidence);
  const rateT = treatment.converted / treatment.assigned;
  const rateC = control.converted / control.assigned;
  const absolute = { value: rateT - rateC, ...newcombeInterval(treatment, control, z) };
  return {
    kind: 'estimate',
    ...counted,
    absolute,
    relative:
      control.converted === 0
        ? null
        : { value: rateT / rateC - 1, ...relativeLiftInterval(treatment, control, z) },
    incremental: {
      value: treatment.assigned * absolute.value,
      lower: treatment.assigned * absolute.lower,
      upper: treatment.assigned * absolute.upper,
    },
    counterfactual: treatment.assigned * rateC,
    sampleRatio: ratio,
    ...verdictOf(absolute, control, ratio),
  };
}

function verdictOf(absolute: Interval, control: Arm, ratio: SampleRatio): LiftVerdict {
  if (control.converted < SMALLEST_CONTROL_CONVERSIONS) {
    return { verdict: 'withheld', reason: 'few-control-conversions' };
  }
  if (ratio.verdict === 'not-enough-data') {
    return { verdict: 'withheld', reason: 'sample-ratio-unchecked' };
  }
  if (absolute.lower > 0) return { verdict: 'more' };
  if (absolute.upper < 0) return { verdict: 'fewer' };
  return { verdict: 'not-established' };
}

function assertArm(name: string, { assigned, converted }: Arm): void {
  const whole = Number.isSafeInteger(assigned) && Number.isSafeInteger(converted);
  if (!whole || converted < 0 || converted > assigned) {
    throw new RekindleError(
      'input.invalid',
      `The ${name} arm reports ${converted} converted of ${assigned} assigned; both must be whole numbers, and nobody can convert who was not assigned.`,
    );
  }
}

function assertShare(valid: boolean, name: string, value: number): void {
  if (!valid) {
    throw new RekindleError('input.invalid', `The ${name} ${value} is not a share such as 0.1.`);
  }
}
