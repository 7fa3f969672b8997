/** What became of one batch, in the columns of the `batch` table. */
import { z } from 'zod';
import type { ConnectorFailure, Receipt } from '../../connectors/connector.ts';

/** What stopped something, for the person who has to look at it. Holds nothing secret. */
export const ProblemSchema = z.object({
  kind: z.string(),
  code: z.string(),
  message: z.string(),
  nextStep: z.string(),
  healsItself: z.boolean(),
});
export type Problem = Readonly<z.infer<typeof ProblemSchema>>;

export interface BatchOutcome {
  readonly state: 'pending' | 'done' | 'refused' | 'lost';
  readonly requestId: string | null;
  readonly accepted: number;
  readonly rejected: number;
  readonly unknown: number;
  readonly problem: Problem | null;
}

/** The outcome that a platform's answer amounts to. */
export function outcomeOfReceipt(receipt: Receipt): BatchOutcome {
  if (receipt.state === 'pending') {
    return {
      state: 'pending',
      requestId: receipt.requestId,
      accepted: 0,
      rejected: 0,
      unknown: receipt.rows,
      problem: null,
    };
  }
  const rejected = receipt.rejected.reduce((sum, rejection) => sum + rejection.count, 0);
  return {
    state: 'done',
    requestId: receipt.requestId,
    accepted: receipt.accepted,
    rejected,
    unknown: receipt.unknown,
    problem:
      rejected === 0
        ? null
        : {
            kind: 'rejected-rows',
            code: receipt.rejected.map(({ code, count }) => `${code}×${count}`).join(', '),
            message: `The platform refused ${rejected} of the rows.`,
            nextStep: 'Look at the codes; the identifiers of these people are not usable there.',
            healsItself: false,
          },
  };
}

/**
 * The outcome of a batch that was given up. A refusal of the request as a whole means that nothing
 * was applied, unless an attempt before it may have arrived: then nobody knows.
 */
export function outcomeOfFailure(
  failure: ConnectorFailure,
  rows: number,
  mayHaveArrived: boolean,
): BatchOutcome {
  const base = { requestId: null, accepted: 0, problem: problemOf(failure) };
  if (mayHaveArrived) return { ...base, state: 'lost', rejected: 0, unknown: rows };
  const rejected = failure.kind === 'invalid' ? rows : 0;
  return { ...base, state: 'refused', rejected, unknown: 0 };
}

export function problemOf(failure: ConnectorFailure): Problem {
  return {
    kind: failure.kind,
    code: failure.code,
    message: failure.message,
    nextStep: failure.nextStep,
    healsItself: failure.healsItself,
  };
}

/** Whether the failure of one batch says that the others of the run would fare the same. */
export function stopsTheRun(failure: ConnectorFailure): boolean {
  return failure.kind !== 'invalid' && failure.kind !== 'transient';
}
