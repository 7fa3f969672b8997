/**
 * The made-up world of the demo: who the customers are, what they buy, what the platforms know of
 * them and what ads do. Pure: everything follows from a seed.
 */
export { platformAccounts } from './accounts.ts';
export type { Platform, PlatformAccount } from './accounts.ts';
export { adPurchases, trueLift } from './ads.ts';
export type { AdOptions, AdPurchase, Reached, TrueLift } from './ads.ts';
export type { Purchase } from './basket.ts';
export { makePerson } from './people.ts';
export type { Person } from './people.ts';
export { customerId, demoPurchases } from './purchases.ts';
export type { ShopOptions } from './purchases.ts';
export { chance } from './random.ts';
export { asRecorded } from './recorded.ts';
export type { RecordedCustomer } from './recorded.ts';
