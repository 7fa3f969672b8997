import { SMALLEST_CONTROL_CONVERSIONS, type ConversionLift } from './conversion-lift.ts';
import type { Interval } from './wilson.ts';

type Estimated = Extract<ConversionLift, { kind: 'estimate' }>;
type Missing = Extract<ConversionLift, { kind: 'not-enough-data' }>;

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });
const signedWhole = new Intl.NumberFormat('en', {
  maximumFractionDigits: 0,
  signDisplay: 'exceptZero',
});
const signedFine = new Intl.NumberFormat('en', {
  maximumSignificantDigits: 2,
  signDisplay: 'exceptZero',
});
const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 2 });
const signedPercent = new Intl.NumberFormat('en', {
  style: 'percent',
  maximumFractionDigits: 0,
  signDisplay: 'exceptZero',
});

/**
 * The lift in words for a marketer, in English: what each group did, what would have happened
 * without the ads, and how sure that is. Every number in it comes from the result.
 */
export function describeLift(lift: ConversionLift): string {
  switch (lift.kind) {
    case 'estimate':
      return `${describeArms(lift)} ${describeVerdict(lift)}`;
    case 'not-enough-data':
      return describeMissing(lift);
    case 'sample-ratio-mismatch':
      return (
        `No lift can be given: ${whole.format(lift.treatment.assigned)} in treatment and ` +
        `${whole.format(lift.control.assigned)} held out do not fit a planned holdout of ` +
        `${percent.format(lift.holdoutShare)}. Chance alone makes such a gap less than once in ` +
        `1,000 times, so look for people who were lost from one group before you compare them.`
      );
  }
}

function describeArms({ treatment, control, counterfactual }: Estimated): string {
  return (
    `Of ${whole.format(treatment.assigned)} in treatment, ${whole.format(treatment.converted)} ` +
    `bought; of ${whole.format(control.assigned)} held out, ${whole.format(control.converted)} ` +
    `did, a rate that would have given ${people(counterfactual)} in treatment.`
  );
}

function describeVerdict(lift: Estimated): string {
  const extra = signedPeople(lift.incremental.value);
  const relative = lift.relative === null ? '' : `, ${signedPercent.format(lift.relative.value)}`;
  const level = `${percent.format(lift.confidence)} interval`;
  const range = describeRange(lift.incremental);
  switch (lift.verdict) {
    case 'more':
      return `The ads brought in more buyers: ${extra}${relative} (${level}: ${range}).`;
    case 'fewer':
      return `The ads left fewer buyers: ${extra}${relative} (${level}: ${range}).`;
    case 'not-established':
      return `The difference in buyers, ${extra}${relative}, is not established: the ${level} is ${range}, and it holds zero.`;
    case 'withheld':
      return lift.reason === 'few-control-conversions'
        ? `It is too early for a verdict, which needs ${SMALLEST_CONTROL_CONVERSIONS} buyers in the holdout; so far the ${level} for the difference in buyers is ${range}.`
        : `It is too early for a verdict, since so few people are held out that the split itself cannot be checked; so far the ${level} for the difference in buyers is ${range}.`;
  }
}

function describeMissing({ reason }: Missing): string {
  switch (reason) {
    case 'no-holdout':
      return 'No lift can be given: nobody is held out, so there is nothing to compare with. Set a holdout to measure lift from then on.';
    case 'treatment-empty':
      return 'No lift yet: nobody has entered treatment.';
    case 'control-empty':
      return 'No lift yet: nobody has entered the holdout.';
  }
}

function describeRange({ lower, upper }: Interval): string {
  return `${signedPeople(lower)} to ${signedPeople(upper)}`;
}

/** Small figures keep two digits, so that an end just above zero does not read as zero. */
function people(count: number): string {
  return (count < 10 ? fine : whole).format(count);
}

function signedPeople(count: number): string {
  return (Math.abs(count) < 10 ? signedFine : signedWhole).format(count);
}
