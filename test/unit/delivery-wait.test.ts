/** For how long an account is left alone. */
import { describe, expect, it } from 'vitest';
import { ConnectorFailure } from '../../connectors/connector.ts';
import type { FailureKind } from '../../connectors/connector.ts';
import { CIRCUIT_OPEN, learnFrom, nothingLearnt } from '../../src/delivery/wait.ts';
import type { Lesson } from '../../src/delivery/wait.ts';

const NOW = new Date('2026-11-21T00:00:00Z');
const SECOND = 1000;
const MINUTE = 60 * SECOND;

function failure(kind: FailureKind, retryAfterMs?: number): ConnectorFailure {
  return new ConnectorFailure(kind, 'The platform said no.', {
    code: 'CODE',
    nextStep: 'Wait.',
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** What is learnt of the same failure so often, with a gap between. */
function after(times: number, kind: FailureKind, gapMs = 0): Lesson {
  let lesson = nothingLearnt;
  for (let n = 0; n < times; n += 1) {
    lesson = learnFrom(lesson, failure(kind), new Date(NOW.getTime() + n * gapMs));
  }
  return lesson;
}

const waitMs = ({ wait }: Lesson, from = NOW) =>
  wait === null ? null : wait.until.getTime() - from.getTime();

describe('an account whose platform says wait', () => {
  it('waits exactly as long as it was told', () => {
    expect(waitMs(learnFrom(nothingLearnt, failure('throttled', 90 * SECOND), NOW))).toBe(
      90 * SECOND,
    );
  });

  it('waits longer with each throttle that says nothing, up to a quarter of an hour', () => {
    expect([1, 2, 3, 10].map((times) => waitMs(after(times, 'throttled')))).toEqual([
      30 * SECOND,
      MINUTE,
      2 * MINUTE,
      15 * MINUTE,
    ]);
  });

  it('keeps a longer wait over a shorter one that comes later', () => {
    const long = learnFrom(nothingLearnt, failure('throttled', 10 * MINUTE), NOW);
    expect(waitMs(learnFrom(long, failure('throttled', SECOND), NOW))).toBe(10 * MINUTE);
    expect(waitMs(learnFrom(long, { used: 1, resetMs: SECOND }, NOW))).toBe(10 * MINUTE);
  });

  it('says what the platform said', () => {
    expect(learnFrom(nothingLearnt, failure('throttled', SECOND), NOW).wait?.problem).toMatchObject(
      { kind: 'throttled', code: 'CODE', healsItself: true },
    );
  });
});

describe('an account whose budget is nearly used up', () => {
  it('waits until it is counted anew, or a minute where nobody says when', () => {
    expect(waitMs(learnFrom(nothingLearnt, { used: 0.95, resetMs: 5 * MINUTE }, NOW))).toBe(
      5 * MINUTE,
    );
    expect(waitMs(learnFrom(nothingLearnt, { used: 1.2 }, NOW))).toBe(MINUTE);
  });

  it('goes on below that', () => {
    expect(learnFrom(nothingLearnt, { used: 0.94, resetMs: MINUTE }, NOW)).toBe(nothingLearnt);
  });
});

describe('an account of which one request behind another fails', () => {
  it('is left alone from the tenth failure on, and longer each time that it fails again', () => {
    expect(after(9, 'transient').wait).toBeNull();
    expect(after(10, 'transient').wait?.problem.code).toBe(CIRCUIT_OPEN);
    expect([10, 11, 12, 30].map((times) => waitMs(after(times, 'transient')))).toEqual([
      30 * SECOND,
      MINUTE,
      2 * MINUTE,
      15 * MINUTE,
    ]);
  });

  it('is not left alone for failures that are far apart', () => {
    expect(after(40, 'transient', 5 * MINUTE).wait).toBeNull();
    expect(after(10, 'transient', 5 * MINUTE - 1).wait).not.toBeNull();
  });

  it('is not left alone for refusals, which are answers', () => {
    for (const kind of ['invalid', 'auth', 'permission', 'terms', 'policy', 'gone'] as const) {
      expect(after(20, kind).wait).toBeNull();
    }
    const nearly = after(9, 'transient');
    const answered = learnFrom(nearly, failure('invalid'), NOW);
    expect(learnFrom(answered, failure('transient'), NOW).wait).toBeNull();
  });
});
