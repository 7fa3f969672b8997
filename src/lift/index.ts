export {
  conversionLift,
  SMALLEST_CONTROL_CONVERSIONS,
  type ConversionLift,
  type Estimate,
  type LiftInput,
  type LiftVerdict,
} from './conversion-lift.ts';
export { describeLift } from './describe.ts';
export {
  sampleRatio,
  SAMPLE_RATIO_THRESHOLD,
  type ArmCount,
  type SampleRatio,
} from './sample-ratio.ts';
export type { Arm, Interval } from './wilson.ts';
export { readOutcomes } from './outcomes.ts';
export type { Outcomes } from './outcomes.ts';
