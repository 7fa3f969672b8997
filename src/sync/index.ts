/** Sync: segment → audience, as code. */
export type { Hold } from './guardrails.ts';
export { previewPlan } from './plan.ts';
export type { Plan } from './plan.ts';
export { RUN_STATES, readDelivery } from './record.ts';
export type { DeliveryFigures, RunState } from './record.ts';
export { runSync } from './run.ts';
export type { RunEnd, RunOptions } from './run.ts';
export { loadSync } from './sync.ts';
export type { Sync } from './sync.ts';
