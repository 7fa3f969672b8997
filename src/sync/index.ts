/** Sync: segment → audience, as code. */
export { ConsentSettings, resolveConsentPolicy } from './consent-policy.ts';
export type { ConsentPolicy } from './consent-policy.ts';
export {
  CONTACT_POLICY_SETTING,
  ContactSettings,
  Priority,
  contactPolicyProblem,
  resolveContactPolicy,
} from './contact-policy.ts';
export type { ContactPolicy } from './contact-policy.ts';
export { settleSync } from './catch-up.ts';
export { carryOutErasure } from './erase.ts';
export type { EraseOptions, PendingErasure } from './erase.ts';
export { confirmListGone, erasureOf, requestErasure, tombstoneOf } from './erasure-record.ts';
export type { ErasureRequest } from './erasure-record.ts';
export { blockRuns, exclusively, syncLease } from './exclusive.ts';
export type { Guardrail, Hold } from './guardrails.ts';
export { LIMITED_USE_PLATFORM } from './limited-use.ts';
export type { LimitedUse } from './limited-use.ts';
export { previewPlan } from './plan.ts';
export type { Plan } from './plan.ts';
export { RUN_STATES, readDelivery } from './record.ts';
export type { DeliveryFigures, RunState } from './record.ts';
export type { RunEnd } from './deliver-run.ts';
export { runSync } from './run.ts';
export { modeOf } from './list-work.ts';
export type { ListWork } from './list-work.ts';
export type { RunOptions } from './run.ts';
export { ERASURE_TRIGGER, OPT_OUT_TRIGGER, SIDE_TRIGGERS } from './side-runs.ts';
export { isSchedule, nextSlot, slotsBetween } from './schedule.ts';
export type { Passed } from './schedule.ts';
export { recordUnmadeRun } from './unmade-run.ts';
export { findSync, loadSync } from './sync.ts';
export type { Sync } from './sync.ts';
export type { Finding } from './verify.ts';
export { latestVerifications, verifyList } from './verification.ts';
export type { KeptFinding, LatestVerification, Verification } from './verification.ts';
export { lifetimeDays, oldestMembers } from './freshness.ts';
