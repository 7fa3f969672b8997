/** A run of another process, as somebody at a terminal sees it. */
import type { RunPhase, RunProgress } from '../services/watch-run.ts';
import { note } from './progress.ts';
import type { Progress } from './progress.ts';

/** Moves a bar and says, once each time, what keeps the run from going on. */
export function showProgress(bar: Progress): (progress: RunProgress) => void {
  let phase: RunPhase | null = null;
  return (progress) => {
    bar.update(progress.rowsDone, progress.rowsTotal);
    const said = progress.phase === phase ? undefined : noteOf(progress);
    if (said !== undefined) note(said);
    ({ phase } = progress);
  };
}

function noteOf({ phase, waitsUntil, sync, run }: RunProgress): string | undefined {
  if (phase === 'waiting' && waitsUntil !== null) {
    return `The account waits until ${waitsUntil.toISOString()}; the run goes on then.`;
  }
  if (phase === 'cut-off') {
    return `The process of run ${run} is gone. The next run of ${sync} ends it and sends what is missing.`;
  }
  return undefined;
}
