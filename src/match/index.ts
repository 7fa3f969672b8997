/** Match: how many of the people sent a platform recognised. */
export { readListState } from './list-state.ts';
export type { ListState } from './list-state.ts';
export { observeMatch } from './observe.ts';
export type { MatchObservation } from './observe.ts';
export { matchRate } from './rate.ts';
export type { Accepted, MatchRate } from './rate.ts';
