/** For how long an account is left alone, from what its platform says and from what goes wrong. */
import { ConnectorFailure } from '../../connectors/connector.ts';
import type { Usage } from '../../connectors/connector.ts';
import { problemOf } from './outcome.ts';
import type { Problem } from './outcome.ts';

/** Nothing is sent to an account before this moment. */
export interface Wait {
  readonly until: Date;
  readonly problem: Problem;
}

/** Nothing was sent, and nothing is to be sent now: no failure of the request, which never left. */
export class NotNow extends ConnectorFailure {}

/** An account to which nothing is sent now; the failure says until when, and for what reason. */
export class AccountWaits extends NotNow {
  constructor({ until, problem }: Wait, now: Date) {
    super(
      problem.code === CIRCUIT_OPEN ? 'transient' : 'throttled',
      `Nothing is sent to this account before ${until.toISOString()}: ${problem.message}`,
      {
        code: problem.code,
        nextStep: problem.nextStep,
        retryAfterMs: Math.max(0, until.getTime() - now.getTime()),
      },
    );
    this.name = 'AccountWaits';
  }
}

/** The code of an account that is left alone after one failure behind another. */
export const CIRCUIT_OPEN = 'CIRCUIT_OPEN';

/** What the answers of an account have taught. */
export interface Lesson {
  readonly wait: Wait | null;
  /** Failures that heal by themselves, without a success or much time between them. */
  readonly failures: number;
  readonly failedAt: Date | null;
  /** Throttles without a success between them. */
  readonly throttles: number;
  /** How often the circuit was opened without a success between. */
  readonly opened: number;
}

export const nothingLearnt: Lesson = {
  wait: null,
  failures: 0,
  failedAt: null,
  throttles: 0,
  opened: 0,
};

/**
 * Failures in a row after which an account is left alone: more than the attempts of one batch with
 * the questions between them, and at a platform that fails one request in five, one chance in ten
 * million.
 */
const FAILURES_TO_OPEN = 10;
/** Failures further apart than this are not one failure behind another. */
const APART_MS = 5 * 60_000;
const FIRST_MS = 30_000;
const LONGEST_MS = 15 * 60_000;

/** Share of a platform's budget at which it is not spent any further, lest the account be blocked. */
const SPENT = 0.95;
const SPENT_WAIT_MS = 60_000;

/** What an answer adds to what was known. Longer waits stay. */
export function learnFrom(lesson: Lesson, answer: ConnectorFailure | Usage, now: Date): Lesson {
  if (!(answer instanceof ConnectorFailure)) {
    if (answer.used < SPENT) return lesson;
    return later(lesson, answer.resetMs ?? SPENT_WAIT_MS, now, spent(answer));
  }
  if (answer.kind === 'throttled') {
    const throttles = lesson.throttles + 1;
    const ms = answer.retryAfterMs ?? doubled(throttles - 1);
    return later({ ...lesson, throttles }, ms, now, problemOf(answer));
  }
  if (answer.kind !== 'transient') return { ...lesson, failures: 0 };
  const inARow = lesson.failedAt !== null && now.getTime() - lesson.failedAt.getTime() < APART_MS;
  const failed = { ...lesson, failures: (inARow ? lesson.failures : 0) + 1, failedAt: now };
  if (failed.failures < FAILURES_TO_OPEN && lesson.opened === 0) return failed;
  const opened = lesson.opened + 1;
  return later({ ...failed, opened }, doubled(opened - 1), now, opening(answer));
}

function later(lesson: Lesson, ms: number, now: Date, problem: Problem): Lesson {
  const until = new Date(now.getTime() + ms);
  return lesson.wait !== null && lesson.wait.until >= until
    ? lesson
    : { ...lesson, wait: { until, problem } };
}

function doubled(times: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** times);
}

function spent({ used }: Usage): Problem {
  return {
    kind: 'throttled',
    code: 'BUDGET_SPENT',
    message: `${Math.round(used * 100)} % of the platform's request budget is used.`,
    nextStep: 'Nothing: requests go on when the budget is counted anew.',
    healsItself: true,
  };
}

function opening(failure: ConnectorFailure): Problem {
  return {
    kind: 'transient',
    code: CIRCUIT_OPEN,
    message: `One request behind another failed, the last with ${failure.code}: ${failure.message}`,
    nextStep: failure.nextStep,
    healsItself: true,
  };
}
