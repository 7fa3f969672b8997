/** Membership: the wanted set, the arms, and the ledger of who is on which audience. */
export { forgetTraces, planErasure } from './erasure.ts';
export type { Presence } from './erasure.ts';
export { readMembers } from './members.ts';
export { readWhereabouts } from './whereabouts.ts';
export type { Stay } from './whereabouts.ts';
export type { LedgerMember, LedgerRow } from './members.ts';
export { compareWithLedger, holdOut, screenSegment } from './plan.ts';
export type {
  ContactLimits,
  Holdout,
  KeyChoice,
  PlanFigures,
  SegmentSelect,
  UnknownConsent,
} from './plan.ts';
export { writeLedger, writeRemovals } from './write-ledger.ts';
