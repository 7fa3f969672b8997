/** Rule 8: what a run may not do without asking. */
import type { PlanFigures } from '../membership/index.ts';

/** Why a plan is held, with the figures that tripped it. */
export interface Hold {
  readonly guardrail: 'would-empty' | 'would-shrink';
  readonly message: string;
  readonly members: number;
  readonly removed: number;
  readonly wanted: number;
}

/**
 * The guardrail that a plan trips, or null. An audience that had nobody cannot shrink.
 *
 * @param maxShrink share of the members (0..1) that may leave in one run
 */
export function tripped(figures: PlanFigures, maxShrink: number): Hold | null {
  const { members, removed, wanted } = figures;
  if (members === 0) return null;
  if (wanted === 0) {
    return {
      guardrail: 'would-empty',
      message: `The run would empty the audience: all ${members} members would leave.`,
      members,
      removed,
      wanted,
    };
  }
  if (removed > members * maxShrink) {
    const share = ((removed / members) * 100).toFixed(1);
    return {
      guardrail: 'would-shrink',
      message: `The run would take ${removed} of ${members} members off (${share} %, more than ${maxShrink * 100} %).`,
      members,
      removed,
      wanted,
    };
  }
  return null;
}
