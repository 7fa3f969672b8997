/** What the runs of a sync say: one that failed, one that is held, or none that comes to its end. */
import type { Cause, CauseProblem, HeldFigures } from './cause.ts';
import type { AlertSettings } from './settings.ts';

/** A run as alerts look at it. */
export interface RunFact {
  readonly id: string;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

/** The runs of one sync, without those of erasures. */
export interface SyncRuns {
  readonly sync: string;
  readonly destination: string;
  readonly paused: boolean;
  /** The latest that succeeded. */
  readonly good: RunFact | null;
  /** The latest that failed since the good one. */
  readonly failed: (RunFact & { readonly problem: CauseProblem | null }) | null;
  /** The latest run, where it ended held. */
  readonly held: (RunFact & { readonly figures: HeldFigures }) | null;
  /** Those that ended incomplete since the good one, and the latest of them. */
  readonly incomplete: {
    readonly runs: number;
    readonly newest: (RunFact & { readonly problem: CauseProblem | null }) | null;
  };
  /** The latest run, where it is under way or was cut off. */
  readonly underWay: RunFact | null;
  /** When the first run after the good one began. */
  readonly troubleSince: Date | null;
}

const HOUR_MS = 3_600_000;

/**
 * What the runs of a sync are the cause of. A failure stands until a run succeeds, since nothing
 * less shows that it is mended; a sync that a person has paused is the cause of nothing.
 */
export function runCauses(
  runs: SyncRuns,
  settings: Pick<AlertSettings, 'incompleteRuns' | 'incompleteHours'>,
  now: Date,
): Cause[] {
  if (runs.paused) return [];
  const failure = failureOf(runs);
  const held = heldOf(runs);
  if (failure !== null || held !== null) {
    return [failure, held].filter((cause) => cause !== null);
  }
  return incompleteOf(runs, settings, now);
}

function failureOf({ sync, destination, failed }: SyncRuns): Cause | null {
  if (failed === null) return null;
  const at = failed.finishedAt ?? failed.startedAt;
  return { kind: 'run-failed', sync, destination, run: failed.id, at, problem: failed.problem };
}

function heldOf({ sync, held }: SyncRuns): Cause | null {
  if (held === null) return null;
  const at = held.finishedAt ?? held.startedAt;
  return { kind: 'run-held', sync, run: held.id, at, held: held.figures };
}

function incompleteOf(
  { sync, destination, incomplete, underWay, troubleSince }: SyncRuns,
  settings: Pick<AlertSettings, 'incompleteRuns' | 'incompleteHours'>,
  now: Date,
): Cause[] {
  const newest = incomplete.newest ?? underWay;
  if (newest === null || troubleSince === null) return [];
  const hours = (now.getTime() - troubleSince.getTime()) / HOUR_MS;
  if (incomplete.runs < settings.incompleteRuns && hours < settings.incompleteHours) return [];
  return [
    {
      kind: 'run-incomplete',
      sync,
      destination,
      run: newest.id,
      runs: incomplete.runs,
      since: troubleSince,
      problem: incomplete.newest?.problem ?? null,
    },
  ];
}
