import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyOf, severityOf } from '../../src/alert/cause.ts';
import { matchCause } from '../../src/alert/match-causes.ts';
import type { MatchFact } from '../../src/alert/match-causes.ts';
import { driftCause, tokenCause } from '../../src/alert/other-causes.ts';

const NOW = new Date('2026-11-22T00:00:00Z');
const BEFORE = new Date('2026-11-01T00:00:00Z');
const DAY_MS = 86_400_000;

describe('a match rate', () => {
  const rate = (lower: number, upper: number, at = NOW): MatchFact => ({
    at,
    reading: { kind: 'rate', lower, upper, meaning: '' },
    accepted: { lower: 1000, upper: 1000 },
  });
  const counted = (lower: number, upper: number, accepted = 1000, at = NOW): MatchFact => ({
    at,
    reading: { kind: 'count', lower, upper, meaning: '' },
    accepted: { lower: accepted, upper: accepted },
  });
  const UNKNOWN: MatchFact = {
    at: NOW,
    reading: { kind: 'unknown', reason: 'too-small', detail: '' },
    accepted: { lower: 0, upper: 0 },
  };
  const caused = (best: MatchFact, newest: MatchFact) =>
    matchCause({ sync: 's', best, newest }, 0.3) !== null;

  it.each([
    ['far below', rate(0.6, 0.65), rate(0.3, 0.35), true],
    ['just below', rate(0.6, 0.65), rate(0.4, 0.41), true],
    ['maybe not below', rate(0.6, 0.65), rate(0.2, 0.43), false],
    ['at the limit', rate(0.5, 0.5), rate(0.3, 0.35), false],
    ['above', rate(0.6, 0.65), rate(0.7, 0.75), false],
    ['of another kind', rate(0.6, 0.65), counted(100, 120), false],
    ['not known now', rate(0.6, 0.65), UNKNOWN, false],
    ['not known before', UNKNOWN, UNKNOWN, false],
    ['of a count that fell', counted(600, 650), counted(300, 350), true],
    ['of a count that fell with the list', counted(600, 650), counted(300, 350, 500), false],
    ['of nobody', counted(600, 650), counted(0, 0, 0), false],
  ])('that is %s', (_, best, newest, expected) => {
    expect(caused(best, newest)).toBe(expected);
  });

  it('is an alert only where every reading of both ranges is a drop', () => {
    const share = fc.double({ min: 0.01, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, share, share, (a, b, c, d) => {
        const best = rate(Math.min(a, b), Math.max(a, b), BEFORE);
        const newest = rate(Math.min(c, d), Math.max(c, d));
        if (!caused(best, newest)) return;
        for (const before of [a, b])
          for (const now of [c, d]) expect(now).toBeLessThan(before * 0.7);
      }),
    );
  });

  it('tells both readings with their dates', () => {
    const best = rate(0.6, 0.65, BEFORE);
    expect(matchCause({ sync: 's', best, newest: rate(0.3, 0.35) }, 0.3)).toEqual({
      kind: 'match-dropped',
      sync: 's',
      before: { lower: 0.6, upper: 0.65 },
      beforeAt: BEFORE,
      now: { lower: 0.3, upper: 0.35 },
      at: NOW,
    });
  });
});

describe('a token', () => {
  const of = (state: 'works' | 'ended' | 'unknown', days: number | null) =>
    tokenCause(
      {
        destination: 'meta-main',
        state,
        endsAt: days === null ? null : new Date(NOW.getTime() + days * DAY_MS),
      },
      14,
      NOW,
    );

  it.each([
    ['works', 14.1, null],
    ['works', 14, { ended: false, daysLeft: 14 }],
    ['works', 0.5, { ended: false, daysLeft: 0 }],
    ['works', 0, { ended: false, daysLeft: 0 }],
    // Its last day is not over.
    ['works', -0.9, { ended: false, daysLeft: 0 }],
    ['works', -1, { ended: true, daysLeft: null }],
    ['works', null, null],
    ['ended', null, { ended: true, endsAt: null }],
    ['unknown', -3, null],
  ] as const)('that %s, with %j days left: %j', (state, days, expected) => {
    const cause = of(state, days);
    if (expected === null) expect(cause).toBeNull();
    else expect(cause).toMatchObject({ kind: 'token-expiring', ...expected });
  });

  it('is urgent once it ended, and the same cause all along', () => {
    const [soon, ended] = [of('works', 3), of('ended', null)];
    if (soon === null || ended === null) throw new Error('Both are causes.');
    expect([severityOf(soon), severityOf(ended)]).toEqual(['warning', 'urgent']);
    expect(keyOf(soon)).toBe(keyOf(ended));
  });
});

describe('what a verification found', () => {
  const finding = (kind: string) => ({ kind, code: null, sentence: kind, nextStep: null });
  const of = (...found: string[]) =>
    driftCause({ sync: 's', at: NOW, findings: found.map(finding) });

  it('is a cause where something is not as the ledger has it, and only that is told', () => {
    expect(of('as-expected', 'not-told')).toBeNull();
    const cause = of('as-expected', 'renamed', 'smaller');
    expect(cause).toMatchObject({ findings: [{ kind: 'renamed' }, { kind: 'smaller' }] });
    expect(cause === null ? null : severityOf(cause)).toBe('warning');
  });

  it('is urgent where the list is gone', () => {
    const cause = of('deleted');
    expect(cause === null ? null : severityOf(cause)).toBe('urgent');
  });
});
