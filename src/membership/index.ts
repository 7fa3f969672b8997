/** Membership: the wanted set, the arms, and the ledger of who is on which audience. */
export { forgetTraces, planErasure } from './erasure.ts';
export type { Presence } from './erasure.ts';
export { planOptOuts } from './opt-outs.ts';
export { readMembers } from './members.ts';
export { readWhereabouts } from './whereabouts.ts';
export type { Stay } from './whereabouts.ts';
export type { LedgerMember, LedgerRow } from './members.ts';
export { assignArms, compareWithLedger, countSegment, screenSegment } from './plan.ts';
export type { PlanFigures } from './figures.ts';
export { forgetOldChanges, readSeen, rememberPlan } from './remember.ts';
export { findScope, notesChanges } from './scope.ts';
export type { Scope } from './scope.ts';
export type {
  ContactLimits,
  Holdout,
  KeyChoice,
  Screening,
  SegmentSelect,
  UnknownConsent,
} from './plan.ts';
export { writeLedger, writeRemovals } from './write-ledger.ts';
