/** Delivery: drives one connector so that the platform's list becomes what the ledger says. */
export { readyAudience } from './audience.ts';
export { createBudgets } from './budget.ts';
export type { Budgets } from './budget.ts';
export { abandonBatches, firstProblem } from './batches.ts';
export { deliverBatches } from './deliver.ts';
export type { DeliveryOptions, DeliveryProgress } from './deliver.ts';
export { ProblemSchema, problemOf } from './outcome.ts';
export type { Problem } from './outcome.ts';
export { settlePending } from './settle.ts';
export { readyConnector } from './context.ts';
export type { DestinationAccount, ReadyConnector, Surroundings } from './context.ts';
