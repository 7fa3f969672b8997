/** A run that could not be made or brought to its end, written down for whoever was not there. */
import { ConnectorFailure } from '../../connectors/connector.ts';
import { problemOf } from '../delivery/index.ts';
import type { Problem } from '../delivery/index.ts';
import type { RekindleError } from '../errors.ts';
import { inTransaction } from '../infra/db.ts';
import type { Db } from '../infra/db.ts';
import { finishRun, insertRun } from './record.ts';

/**
 * Writes a run without figures that says what kept it from being made: failed where a person has to
 * mend it, else incomplete.
 *
 * @param unmade.cause null for what nobody foresaw
 */
export async function recordUnmadeRun(
  db: Db,
  syncId: string,
  unmade: {
    readonly trigger: string;
    /** As of when it was to be. */
    readonly asOf: Date;
    readonly now: Date;
    readonly cause: RekindleError | ConnectorFailure | null;
  },
): Promise<void> {
  const { trigger, asOf, now, cause } = unmade;
  const problem = problemFrom(cause);
  const state = problem.healsItself ? 'incomplete' : 'failed';
  await inTransaction(db, async (client) => {
    const runId = await insertRun(client, { id: syncId }, { asOf, now, trigger });
    await finishRun(client, runId, { state, problem, now });
  });
}

function problemFrom(cause: RekindleError | ConnectorFailure | null): Problem {
  if (cause === null) return UNEXPECTED;
  if (cause instanceof ConnectorFailure) return problemOf(cause);
  const { code, message, healsItself } = cause;
  const nextStep = healsItself
    ? 'Nothing: it is tried again by itself.'
    : 'Mend it, then run the sync again, or wait for its schedule.';
  return { kind: code, code, message, nextStep, healsItself };
}

const UNEXPECTED: Problem = {
  kind: 'unexpected',
  code: 'unexpected',
  message: 'Rekindle met something that it did not foresee.',
  nextStep:
    'Look at the log of the worker that ran it; it is tried again by itself, later each time.',
  healsItself: true,
};
