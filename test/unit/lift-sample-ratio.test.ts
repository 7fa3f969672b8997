import { describe, expect, it } from 'vitest';
import { sampleRatio } from '../../src/lift/index.ts';

const arms = (...counts: readonly (readonly [assigned: number, weight: number])[]) =>
  counts.map(([assigned, weight]) => ({ assigned, weight }));

describe('the sample-ratio check', () => {
  it('finds the split of Kohavi, Tang and Xu a mismatch, with their p of 1.8E-6', () => {
    const ratio = sampleRatio(arms([821_588, 1], [815_482, 1]));
    expect(ratio).toMatchObject({ verdict: 'mismatch', expected: [818_535, 818_535] });
    expect(ratio).toHaveProperty('chiSquare', expect.closeTo(22.774, 3));
    expect(ratio).toHaveProperty('p', expect.closeTo(1.822e-6, 9));
  });

  it('finds 9,650 instead of 10,000 held out a mismatch', () => {
    const ratio = sampleRatio(arms([90_350, 0.9], [9_650, 0.1]));
    expect(ratio.verdict).toBe('mismatch');
    expect(ratio).toHaveProperty('chiSquare', expect.closeTo(13.611, 3));
    expect(ratio).toHaveProperty('p', expect.closeTo(2.2485e-4, 8));
  });

  it('finds the three arms of the Hillstrom e-mail experiment healthy', () => {
    const ratio = sampleRatio(arms([21_306, 1], [21_307, 1], [21_387, 1]));
    expect(ratio.verdict).toBe('healthy');
    expect(ratio).toHaveProperty('chiSquare', expect.closeTo(0.2025, 4));
    expect(ratio).toHaveProperty('p', expect.closeTo(0.9037, 4));
  });

  it('turns from healthy to mismatch where p crosses one in a thousand', () => {
    // The 0.999 quantile of chi-square with one degree of freedom is 10.828.
    expect(sampleRatio(arms([1_002_326, 1], [997_674, 1])).verdict).toBe('healthy'); // 10.820
    expect(sampleRatio(arms([1_002_327, 1], [997_673, 1])).verdict).toBe('mismatch'); // 10.830
  });

  it('gives no verdict while fewer than five people are expected in an arm', () => {
    expect(sampleRatio(arms([40, 0.9], [9, 0.1]))).toEqual({
      verdict: 'not-enough-data',
      expected: [expect.closeTo(44.1, 9), expect.closeTo(4.9, 9)],
    });
    expect(sampleRatio(arms([41, 0.9], [9, 0.1])).verdict).toBe('healthy');
    expect(sampleRatio(arms([0, 0.9], [0, 0.1])).verdict).toBe('not-enough-data');
  });
});
