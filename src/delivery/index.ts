/** Delivery: drives one connector so that the platform's list becomes what the ledger says. */
export { findOrMakeAudience, readyAudience } from './audience.ts';
export { createBudgets } from './budget.ts';
export type { Budgets } from './budget.ts';
export { abandonBatches } from './abandon.ts';
export { readBudget } from './account-budget.ts';
export { outcomeEvent, reasonOf, tellingOf } from './events.ts';
export type { DeliveryEvent, OnEvent } from './events.ts';
export { firstProblem } from './batches.ts';
export { deliverBatches } from './deliver.ts';
export type { DeliveryOptions, DeliveryProgress } from './deliver.ts';
export { replaceByParts } from './replace-parts.ts';
export { openReplacement } from './replacement.ts';
export { continueSweep, replaceBySweep } from './sweep.ts';
export { ProblemSchema, ReasonSchema, problemOf } from './outcome.ts';
export type { Problem, Reason } from './outcome.ts';
export { settlePending } from './settle.ts';
export type { Settled } from './settle.ts';
export type { AccountOptions } from './account.ts';
export { isAccountBusy, withAccount } from './account.ts';
export { readyConnector } from './context.ts';
export {
  deliverDoNotReach,
  markDoNotReach,
  planDoNotReach,
  whileHoldingDoNotReach,
} from './do-not-reach/deliver.ts';
export type { DoNotReachDelivery, DoNotReachFigures } from './do-not-reach/deliver.ts';
export { RunStopped } from './stop.ts';
export type { Wait } from './wait.ts';
export type { DestinationAccount, ReadyConnector, Surroundings } from './context.ts';
