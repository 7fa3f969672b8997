/** Membership: the wanted set, the arms, and the ledger of who is on which audience. */
export { readMembers } from './members.ts';
export type { LedgerMember } from './members.ts';
export { compareWithLedger, holdOut, screenSegment, writeLedger } from './plan.ts';
export type { Holdout, KeyChoice, PlanFigures, SegmentSelect } from './plan.ts';
