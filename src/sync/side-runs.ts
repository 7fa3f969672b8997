/**
 * Runs beside those of the sync itself: they take people off its list without looking at its segment,
 * and say nothing of whether the sync works.
 */

/** Takes off somebody who is to be forgotten. */
export const ERASURE_TRIGGER = 'erasure';
/** Takes off whoever said no, where a guardrail holds the run that would have. */
export const OPT_OUT_TRIGGER = 'opt-out';

/** What no figure or approval of a sync goes by. */
export const SIDE_TRIGGERS: readonly string[] = [ERASURE_TRIGGER, OPT_OUT_TRIGGER];
