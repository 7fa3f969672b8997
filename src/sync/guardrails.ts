/** Rule 8: what a run may not do without asking. */
import type { PlanFigures } from '../membership/index.ts';
import type { RunMode } from './record.ts';

/** Why a plan is held, with the figures that tripped it. */
export interface Hold {
  readonly guardrail: 'would-empty' | 'would-shrink' | 'unanswered';
  readonly message: string;
  readonly members: number;
  readonly leaving: number;
  readonly wanted: number;
}

/**
 * What holds a plan, or null. A list is not written anew while the platform works on requests about
 * people who are to be on it: what it finishes last would count.
 *
 * @param maxShrink share of the members (0..1) that may leave in one run
 */
export function holdOf(figures: PlanFigures, maxShrink: number, mode: RunMode): Hold | null {
  const { members, leaving, wanted, waiting } = figures;
  if (mode === 'replace' && waiting > 0) {
    return {
      guardrail: 'unanswered',
      message: `The list cannot be written anew yet: the platform still works on an earlier request about ${waiting} people.`,
      members,
      leaving,
      wanted,
    };
  }
  if (mode === 'replace' && wanted === 0) {
    return {
      guardrail: 'would-empty',
      message: 'The run would write the list anew with nobody on it.',
      members,
      leaving,
      wanted,
    };
  }
  return tripped(figures, maxShrink);
}

/**
 * The guardrail that a plan trips, or null. An audience that had nobody cannot shrink.
 *
 * @param maxShrink share of the members (0..1) that may leave in one run
 */
export function tripped(figures: PlanFigures, maxShrink: number): Hold | null {
  const { members, leaving, wanted } = figures;
  if (members === 0) return null;
  if (wanted === 0) {
    return {
      guardrail: 'would-empty',
      message: `The run would empty the audience: all ${members} members would leave.`,
      members,
      leaving,
      wanted,
    };
  }
  if (leaving > members * maxShrink) {
    const share = ((leaving / members) * 100).toFixed(1);
    return {
      guardrail: 'would-shrink',
      message: `The run would take ${leaving} of ${members} members off (${share} %, more than ${Number((maxShrink * 100).toFixed(2))} %).`,
      members,
      leaving,
      wanted,
    };
  }
  return null;
}
