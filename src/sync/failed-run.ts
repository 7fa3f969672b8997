/** A run that could not even be planned, written down for whoever was not there. */
import { ConnectorFailure } from '../../connectors/connector.ts';
import { problemOf } from '../delivery/index.ts';
import type { Problem } from '../delivery/index.ts';
import type { RekindleError } from '../errors.ts';
import type { Db } from '../infra/db.ts';
import { finishRun, insertRun } from './record.ts';

/** Writes a run without figures that says what kept it from being made. */
export async function recordFailedRun(
  db: Db,
  syncId: string,
  failed: {
    readonly trigger: string;
    readonly now: Date;
    readonly error: RekindleError | ConnectorFailure;
  },
): Promise<void> {
  const { trigger, now, error } = failed;
  const runId = await insertRun(db.pool, { id: syncId }, { asOf: now, now, trigger });
  const problem = error instanceof ConnectorFailure ? problemOf(error) : ownProblem(error);
  await finishRun(db.pool, runId, { state: 'failed', problem, now });
}

function ownProblem({ code, message }: RekindleError): Problem {
  const nextStep = 'Mend it, then run the sync again, or wait for its schedule.';
  return { kind: code, code, message, nextStep, healsItself: false };
}
