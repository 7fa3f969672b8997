/** Tokens that end, schedules that nobody kept, erasures that wait, lists that drifted. */
import type { Cause, DriftFinding } from './cause.ts';

const DAY_MS = 86_400_000;

/** What a platform last said of a destination's token. */
export interface TokenFact {
  readonly destination: string;
  readonly state: 'works' | 'ended' | 'unknown';
  /** The first moment in UTC of its last day. */
  readonly endsAt: Date | null;
}

/**
 * A token that ended, or will within `days`. One whose end is not known is no cause. Platforms tell the
 * day alone: it is over when all of it has passed, or when they say so.
 */
export function tokenCause(
  { destination, state, endsAt }: TokenFact,
  days: number,
  now: Date,
): Cause | null {
  if (state === 'unknown') return null;
  const leftMs = endsAt === null ? Infinity : endsAt.getTime() - now.getTime();
  const ended = state === 'ended' || leftMs + DAY_MS <= 0;
  if (!ended && leftMs > days * DAY_MS) return null;
  const daysLeft = ended || endsAt === null ? null : Math.max(0, Math.floor(leftMs / DAY_MS));
  return { kind: 'token-expiring', destination, ended, endsAt, daysLeft };
}

/** A slot of a schedule since which no run of its sync began. */
export interface MissedSlot {
  readonly sync: string;
  readonly slot: Date;
  /** Slots before it that passed without a worker. */
  readonly missed: number;
}

export function scheduleCause({ sync, slot, missed }: MissedSlot): Cause {
  return { kind: 'schedule-missed', sync, slot, missed };
}

/** Erasures that have been pending for too long, by the sync that they wait for. */
export interface PendingErasures {
  readonly sync: string | null;
  readonly pending: number;
  readonly since: Date;
}

export function erasureCause({ sync, pending, since }: PendingErasures): Cause {
  return { kind: 'erasure-pending', sync, pending, since };
}

/** What the latest verification of a sync's list found. */
export interface Drift {
  readonly sync: string;
  readonly at: Date;
  readonly findings: readonly DriftFinding[];
}

/** Findings that are none. */
const NO_DRIFT: readonly string[] = ['as-expected', 'not-told'];

export function driftCause({ sync, at, findings }: Drift): Cause | null {
  const drifted = findings.filter(({ kind }) => !NO_DRIFT.includes(kind));
  return drifted.length === 0 ? null : { kind: 'drift', sync, at, findings: drifted };
}
