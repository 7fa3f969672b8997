/** What an approval covers: the figures that a person saw in a held run, and nothing worse. */
import { z } from 'zod';
import { RekindleError } from '../errors.ts';
import type { Db } from '../infra/db.ts';
import type { HeldFigures, Hold } from './guardrails.ts';
import { RUN_MODES } from './record.ts';
import type { RunMode } from './record.ts';
import { SIDE_TRIGGERS } from './side-runs.ts';
import type { Sync } from './sync.ts';

/** A held run whose figures a person saw. */
export interface Approval extends HeldFigures {
  readonly runId: bigint;
  readonly mode: RunMode;
}

/** People come and go between the held run and its approval: up to so large a share of the figure. */
const SLACK = 0.05;

const Seen = z.object({
  members: z.int().nonnegative(),
  leaving: z.int().nonnegative(),
  wanted: z.int().nonnegative(),
});

/**
 * The held run that an approval is about: the one named, else the newest of the sync. It holds until
 * another run has sent something, or was approved: what was seen is then no longer how things stand.
 * Null where nothing is held and none was named.
 *
 * @throws RekindleError `not-found` for a run that is not of this sync, `run.impossible` for one that
 *   was not held, or whose figures are no longer those of today.
 */
export async function findApproval(
  db: Db,
  sync: Pick<Sync, 'id' | 'name'>,
  named: bigint | undefined,
): Promise<Approval | null> {
  const newest = await db.prisma.run.findFirst({
    where: { syncId: sync.id, state: { not: 'held' }, trigger: { notIn: [...SIDE_TRIGGERS] } },
    orderBy: { id: 'desc' },
    select: { id: true },
  });
  const held = await db.prisma.run.findFirst({
    where: { syncId: sync.id, ...(named === undefined ? { state: 'held' } : { id: named }) },
    orderBy: { id: 'desc' },
    select: { id: true, state: true, mode: true, problem: true },
  });
  if (held === null) {
    if (named === undefined) return null;
    throw new RekindleError('not-found', `"${sync.name}" has no run ${named}.`);
  }
  if (held.state !== 'held') {
    throw new RekindleError('run.impossible', `Run ${held.id} is not held; it ${held.state}.`);
  }
  if (newest !== null && newest.id > held.id) {
    if (named === undefined) return null;
    throw new RekindleError(
      'run.impossible',
      `Run ${held.id} was held before run ${newest.id} was done: its figures are no longer those of today. Run "${sync.name}" without --approve to see them.`,
    );
  }
  return { runId: held.id, mode: z.enum(RUN_MODES).parse(held.mode), ...Seen.parse(held.problem) };
}

/**
 * Whether what a plan is held for is no worse than what was approved, in every figure: that many
 * leave, and the audience becomes that large, or that small, give or take 5 % of what was seen. A
 * hold names the first guardrail that a plan trips, so that a plan that shrinks must not grow either.
 */
export function isApproved(hold: Hold, mode: RunMode, approval: Approval | null): boolean {
  if (approval === null) return false;
  // On a list with nobody on it, every kind of run does the same: it sends whoever is wanted.
  const begins = hold.guardrail === 'below-minimum' && approval.members === 0;
  if (approval.mode !== mode && !begins) return false;
  switch (hold.guardrail) {
    case 'unanswered':
      return false;
    case 'would-empty':
      return approval.wanted === 0 && hold.leaving <= atMost(approval.leaving);
    case 'would-shrink':
      return (
        hold.leaving <= atMost(approval.leaving) &&
        hold.wanted >= atLeast(approval.wanted) &&
        hold.wanted <= atMost(Math.max(approval.wanted, approval.members))
      );
    case 'would-grow':
      return hold.wanted <= atMost(approval.wanted);
    case 'below-minimum':
      return approval.wanted > 0 && hold.wanted >= atLeast(approval.wanted);
  }
}

function atMost(seen: number): number {
  return seen + slackOf(seen);
}

function atLeast(seen: number): number {
  return seen - slackOf(seen);
}

function slackOf(seen: number): number {
  return Math.ceil(seen * SLACK);
}
