import { describe, expect, it } from 'vitest';
import { RekindleError } from '../../src/errors.ts';
import { conversionLift, describeLift, type Arm, type LiftInput } from '../../src/lift/index.ts';

const arm = (converted: number, assigned: number) => ({ assigned, converted });
const against100 = (converted: number): LiftInput => ({
  treatment: arm(converted, 90_000),
  control: arm(100, 10_000),
  holdoutShare: 0.1,
});

const words = (treatment: Arm, control: Arm, holdoutShare = 0.1) =>
  describeLift(conversionLift({ treatment, control, holdoutShare }));

describe('the conversion lift', () => {
  it('gives the worked example: 180 extra buyers, from 23 fewer to 352 more, not established', () => {
    expect(conversionLift(against100(1080))).toMatchObject({
      kind: 'estimate',
      confidence: 0.95,
      verdict: 'not-established',
      absolute: {
        value: expect.closeTo(0.002, 12),
        lower: expect.closeTo(-0.000255389, 9),
        upper: expect.closeTo(0.003916192, 9),
      },
      relative: {
        value: expect.closeTo(0.2, 12),
        lower: expect.closeTo(-0.021209, 6),
        upper: expect.closeTo(0.47048, 6),
      },
      incremental: {
        value: expect.closeTo(180, 9),
        lower: expect.closeTo(-22.985, 3),
        upper: expect.closeTo(352.457, 3),
      },
      counterfactual: expect.closeTo(900, 9),
      sampleRatio: { verdict: 'healthy' },
    });
  });

  it('says more or fewer once the interval leaves zero', () => {
    expect(conversionLift(against100(1180))).toMatchObject({ verdict: 'more' });
    expect(conversionLift(against100(600))).toMatchObject({ verdict: 'fewer' });
  });

  it('answers to the confidence asked for', () => {
    expect(conversionLift({ ...against100(1180), confidence: 0.999 })).toMatchObject({
      confidence: 0.999,
      verdict: 'not-established',
    });
  });

  it('withholds the verdict under ten control conversions but keeps the figures', () => {
    const lift = conversionLift({
      treatment: arm(900, 9000),
      control: arm(9, 1000),
      holdoutShare: 0.1,
    });
    expect(lift).toMatchObject({
      kind: 'estimate',
      verdict: 'withheld',
      reason: 'few-control-conversions',
      absolute: { lower: expect.any(Number) },
    });
    expect(
      conversionLift({ treatment: arm(900, 9000), control: arm(10, 1000), holdoutShare: 0.1 }),
    ).toMatchObject({ verdict: 'more' });
  });

  it('withholds the verdict where too few are expected in the holdout to check the split', () => {
    expect(
      conversionLift({ treatment: arm(30, 480), control: arm(10, 12), holdoutShare: 0.01 }),
    ).toMatchObject({ verdict: 'withheld', reason: 'sample-ratio-unchecked' });
  });

  it('has no relative lift when nobody in control converted', () => {
    expect(
      conversionLift({ treatment: arm(30, 9000), control: arm(0, 1000), holdoutShare: 0.1 }),
    ).toMatchObject({ kind: 'estimate', relative: null, verdict: 'withheld' });
  });

  it('shows a broken split instead of any figure', () => {
    const lift = conversionLift({
      treatment: arm(1180, 90_350),
      control: arm(100, 9650),
      holdoutShare: 0.1,
    });
    expect(lift).toMatchObject({
      kind: 'sample-ratio-mismatch',
      treatment: { assigned: 90_350 },
      sampleRatio: { verdict: 'mismatch', p: expect.closeTo(2.2485e-4, 8) },
    });
    expect(lift).not.toHaveProperty('verdict');
    expect(lift).not.toHaveProperty('absolute');
  });

  it('calls a holdout that stayed empty beside a full treatment a broken split', () => {
    expect(
      conversionLift({ treatment: arm(10, 1000), control: arm(0, 0), holdoutShare: 0.1 }).kind,
    ).toBe('sample-ratio-mismatch');
  });

  it.each([
    ['no-holdout', arm(1, 10), arm(0, 0), 0],
    ['treatment-empty', arm(0, 0), arm(0, 1), 0.1],
    ['control-empty', arm(0, 5), arm(0, 0), 0.1],
  ])('has no figures for %s', (reason, treatment, control, holdoutShare) => {
    expect(conversionLift({ treatment, control, holdoutShare })).toEqual({
      kind: 'not-enough-data',
      reason,
      treatment,
      control,
      holdoutShare,
      confidence: 0.95,
    });
  });

  it.each<[string, Partial<LiftInput>]>([
    ['more converted than assigned', { treatment: arm(11, 10) }],
    ['a negative count', { control: arm(-1, 10) }],
    ['half a person', { control: arm(1, 10.5) }],
    ['a holdout of everybody', { holdoutShare: 1 }],
    ['a holdout that is not a number', { holdoutShare: Number.NaN }],
    ['a confidence in percent', { confidence: 95 }],
  ])('refuses %s', (_, wrong) => {
    const input = { ...against100(1080), ...wrong };
    expect(() => conversionLift(input)).toThrow(RekindleError);
  });
});

describe('the lift in words', () => {
  it('gives both groups, the counterfactual and an interval that holds zero', () => {
    expect(words(arm(1080, 90_000), arm(100, 10_000))).toBe(
      'Of 90,000 in treatment, 1,080 bought; of 10,000 held out, 100 did, a rate that would have given 900 in treatment. ' +
        'The difference in buyers, +180, +20%, is not established: the 95% interval is -23 to +352, and it holds zero.',
    );
  });

  it('says that the ads brought in more buyers', () => {
    expect(words(arm(1180, 90_000), arm(100, 10_000))).toContain(
      'The ads brought in more buyers: +280, +31% (95% interval: +76 to +454).',
    );
  });

  it('says that the ads left fewer buyers', () => {
    expect(words(arm(600, 90_000), arm(100, 10_000))).toMatch(
      /The ads left fewer buyers: -300, -33% \(95% interval: -\d+ to -\d+\)\./,
    );
  });

  it('keeps a verdict and the end of its interval on the same side of zero', () => {
    const lift = conversionLift({
      treatment: arm(28, 100),
      control: arm(16, 100),
      holdoutShare: 0.5,
    });
    expect(lift).toMatchObject({
      verdict: 'more',
      incremental: { lower: expect.closeTo(0.4811, 4) },
    });
    expect(describeLift(lift)).toMatch(/95% interval: \+0\.48 to \+23/);
  });

  it('keeps a decimal of a small counterfactual', () => {
    expect(words(arm(12, 900), arm(1, 100))).toContain('would have given 9 in treatment');
    expect(words(arm(12, 900), arm(1, 120))).toContain('would have given 7.5 in treatment');
  });

  it.each([
    [arm(12, 9000), arm(3, 1000), 0.1, 'needs 10 buyers in the holdout'],
    [arm(30, 480), arm(10, 12), 0.01, 'the split itself cannot be checked'],
    [arm(1, 10), arm(0, 0), 0, 'nobody is held out'],
    [arm(0, 0), arm(0, 1), 0.1, 'nobody has entered treatment'],
    [arm(0, 5), arm(0, 0), 0.1, 'nobody has entered the holdout'],
  ])('gives no verdict for %o against %o at a holdout of %d', (treatment, control, share, part) => {
    const text = words(treatment, control, share);
    expect(text).toContain(part);
    expect(text).not.toMatch(/more buyers|fewer buyers|NaN|Infinity/);
  });

  it('names the counts of a broken split and no lift', () => {
    expect(words(arm(1180, 90_350), arm(100, 9650))).toMatch(
      /^No lift can be given: 90,350 in treatment and 9,650 held out do not fit a planned holdout of 10%\./,
    );
  });
});
