/** Match: how many of the people sent a platform recognised. */
export { observeMatch } from './observe.ts';
export type { MatchObservation } from './observe.ts';
export { matchRate } from './rate.ts';
export type { Accepted, MatchRate } from './rate.ts';
