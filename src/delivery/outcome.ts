/** What became of one batch, in the columns of the `batch` table. */
import { z } from 'zod';
import type { ConnectorFailure, Receipt, Rejection } from '../../connectors/connector.ts';

/** What stopped something, for the person who has to look at it. Holds nothing secret. */
export const ProblemSchema = z.object({
  kind: z.string(),
  code: z.string(),
  message: z.string(),
  nextStep: z.string(),
  healsItself: z.boolean(),
});
export type Problem = Readonly<z.infer<typeof ProblemSchema>>;

/** Why rows were rejected, or are unknown, in the platform's codes and counts. */
export const ReasonSchema = z.object({
  rows: z.enum(['rejected', 'unknown']),
  code: z.string(),
  count: z.int(),
});
export type Reason = Readonly<z.infer<typeof ReasonSchema>>;

export interface BatchOutcome {
  readonly state: 'pending' | 'done' | 'refused' | 'lost';
  readonly requestId: string | null;
  readonly accepted: number;
  readonly rejected: number;
  readonly unknown: number;
  readonly reasons: readonly Reason[];
  readonly problem: Problem | null;
}

/**
 * The outcome that a platform's answer amounts to.
 *
 * @param before rows of the batch that were rejected on the way to this answer, by code
 */
export function outcomeOfReceipt(
  receipt: Receipt,
  before: readonly Rejection[] = [],
): BatchOutcome {
  const rejected = merged([...before, ...(receipt.state === 'final' ? receipt.rejected : [])]);
  const reasons: Reason[] = rejected.map((reason) => ({ rows: 'rejected', ...reason }));
  const base = {
    requestId: receipt.requestId,
    rejected: rejected.reduce((sum, { count }) => sum + count, 0),
  };
  if (receipt.state === 'pending') {
    return {
      ...base,
      state: 'pending',
      accepted: 0,
      unknown: receipt.rows,
      reasons,
      problem: null,
    };
  }
  const unsure = merged(receipt.reasons ?? []);
  reasons.push(...unsure.map((reason) => ({ rows: 'unknown' as const, ...reason })));
  return {
    ...base,
    state: 'done',
    accepted: receipt.accepted,
    unknown: receipt.unknown,
    reasons,
    problem: problemOfRows(rejected, receipt.unknown, unsure),
  };
}

/** Codes once each, with the sum of their counts. */
function merged(rejections: readonly Rejection[]): Rejection[] {
  const counts = new Map<string, number>();
  for (const { code, count } of rejections) counts.set(code, (counts.get(code) ?? 0) + count);
  return Array.from(counts, ([code, count]) => ({ code, count }));
}

function problemOfRows(
  rejected: readonly Rejection[],
  unknown: number,
  unsure: readonly Rejection[],
): Problem | null {
  if (rejected.length > 0) {
    const rows = rejected.reduce((sum, { count }) => sum + count, 0);
    return {
      kind: 'rejected-rows',
      code: listed(rejected),
      message: `The platform refused ${rows} of the rows.`,
      nextStep: 'Look at the codes; the identifiers of these people are not usable there.',
      healsItself: false,
    };
  }
  if (unsure.length === 0) return null;
  return {
    kind: 'unknown-rows',
    code: listed(unsure),
    message: `The platform does not say of ${unknown} rows which of them it took.`,
    nextStep: 'Look at the codes; a platform that names no rows leaves them unknown.',
    healsItself: false,
  };
}

function listed(rejections: readonly Rejection[]): string {
  return rejections.map(({ code, count }) => `${code}×${count}`).join(', ');
}

/**
 * The outcome of a batch that was given up. A refusal of the request as a whole means that nothing
 * was applied, unless an attempt before it may have arrived: then nobody knows.
 *
 * @param rows those that were not rejected before, by name
 */
export function outcomeOfFailure(
  failure: ConnectorFailure,
  rows: number,
  mayHaveArrived: boolean,
  before: readonly Rejection[] = [],
): BatchOutcome {
  const rejectedWhole = failure.kind === 'invalid' && !mayHaveArrived;
  const rejected = merged([
    ...before,
    ...(rejectedWhole ? [{ code: failure.code, count: rows }] : []),
  ]);
  return {
    state: mayHaveArrived ? 'lost' : 'refused',
    requestId: null,
    accepted: 0,
    rejected: rejected.reduce((sum, { count }) => sum + count, 0),
    unknown: mayHaveArrived ? rows : 0,
    reasons: rejected.map((reason) => ({ rows: 'rejected', ...reason })),
    problem: problemOf(failure),
  };
}

export function problemOf(failure: ConnectorFailure): Problem {
  return {
    kind: failure.kind,
    code: failure.code,
    message: failure.message,
    nextStep: failure.kind === 'gone' ? `${failure.nextStep} ${NEW_LIST}` : failure.nextStep,
    healsItself: failure.healsItself,
  };
}

const NEW_LIST =
  'If the list was deleted, run the sync with --new-list, which makes another and fills it.';
