/** What may be the matter, each with the figures that its sentence needs. Nothing of single people. */

/** A share of 0..1 as bounds. */
export interface ShareRange {
  readonly lower: number;
  readonly upper: number;
}

/** What stopped a run, in the words of a platform or of ours. */
export interface CauseProblem {
  /** `auth`, `terms`, … of a platform's failure; null where it is none. */
  readonly kind: string | null;
  readonly code: string | null;
  readonly message: string;
  readonly nextStep: string | null;
}

/** The figures with which a guardrail held a run. */
export interface HeldFigures {
  readonly guardrail: string;
  /** What the run was to do with the list: `changes`, `replace`, `again`. */
  readonly mode: string;
  readonly message: string;
  readonly members: number | null;
  readonly leaving: number | null;
  readonly wanted: number | null;
}

export interface DriftFinding {
  readonly kind: string;
  /** The platform's own word for it, where it has one. */
  readonly code: string | null;
  readonly sentence: string;
  readonly nextStep: string | null;
}

/** A cause of an alert: there as long as it is found, and gone when it is not. */
export type Cause =
  | {
      readonly kind: 'run-failed';
      readonly sync: string;
      readonly destination: string;
      readonly run: string;
      readonly at: Date;
      readonly problem: CauseProblem | null;
    }
  | {
      readonly kind: 'run-held';
      readonly sync: string;
      readonly run: string;
      readonly at: Date;
      readonly held: HeldFigures;
    }
  | {
      readonly kind: 'run-incomplete';
      readonly sync: string;
      readonly destination: string;
      readonly run: string;
      /** Runs that ended incomplete since the last good one. */
      readonly runs: number;
      readonly since: Date;
      readonly problem: CauseProblem | null;
    }
  | {
      readonly kind: 'match-dropped';
      readonly sync: string;
      readonly before: ShareRange;
      readonly beforeAt: Date;
      readonly now: ShareRange;
      readonly at: Date;
    }
  | {
      readonly kind: 'token-expiring';
      readonly destination: string;
      readonly ended: boolean;
      /** The first moment in UTC of its last day; null where it ended and nobody tells when. */
      readonly endsAt: Date | null;
      /** Whole days that are left. */
      readonly daysLeft: number | null;
    }
  | {
      readonly kind: 'schedule-missed';
      readonly sync: string;
      readonly slot: Date;
      /** Slots before it that passed without a worker. */
      readonly missed: number;
    }
  | {
      readonly kind: 'erasure-pending';
      /** Null where no single audience keeps them waiting. */
      readonly sync: string | null;
      readonly pending: number;
      readonly since: Date;
    }
  | {
      readonly kind: 'drift';
      readonly sync: string;
      readonly at: Date;
      readonly findings: readonly DriftFinding[];
    };

export const ALERT_KINDS = [
  'run-failed',
  'run-held',
  'run-incomplete',
  'match-dropped',
  'token-expiring',
  'schedule-missed',
  'erasure-pending',
  'drift',
] as const satisfies readonly Cause['kind'][];
export type AlertKind = (typeof ALERT_KINDS)[number];

/** Kinds of which one takes the place of another: what is the matter with the runs of a sync. */
export function isOfRuns(kind: AlertKind): boolean {
  return kind === 'run-failed' || kind === 'run-held' || kind === 'run-incomplete';
}

/** urgent: nothing goes on without a person; warning: it goes on, and a person should look. */
export type Severity = 'urgent' | 'warning';

/** What an alert is about. */
export type AlertObject =
  | { readonly kind: 'sync' | 'destination'; readonly name: string }
  | { readonly kind: 'erasures'; readonly name: string | null };

export function objectOf(cause: Cause): AlertObject {
  if (cause.kind === 'token-expiring') return { kind: 'destination', name: cause.destination };
  if (cause.kind === 'erasure-pending') return { kind: 'erasures', name: cause.sync };
  return { kind: 'sync', name: cause.sync };
}

/**
 * The key of a cause: the same for as long as it is the same matter. Held by another guardrail than
 * before, a run is another matter, of which people have to be told.
 */
export function keyOf(cause: Cause): string {
  const key = `${cause.kind}:${objectOf(cause).name ?? ''}`;
  return cause.kind === 'run-held' ? `${key}:${cause.held.guardrail}` : key;
}

/** The run that an alert points to. */
export function runOf(cause: Cause): string | null {
  return 'run' in cause ? cause.run : null;
}

export function severityOf(cause: Cause): Severity {
  switch (cause.kind) {
    case 'run-failed':
    case 'run-held':
    case 'schedule-missed':
    case 'erasure-pending':
      return 'urgent';
    case 'token-expiring':
      return cause.ended ? 'urgent' : 'warning';
    case 'drift':
      return cause.findings.some(({ kind }) => kind === 'deleted') ? 'urgent' : 'warning';
    case 'run-incomplete':
    case 'match-dropped':
      return 'warning';
  }
}
