/** Customers and what they bought: importing them, and the only way to raw emails and phones. */
export type { RawEmail, RawPhone } from './contact.ts';
export { importCustomers } from './import/customers.ts';
export { importPurchases } from './import/purchases.ts';
export type { ImportOptions, ImportReport } from './import/options.ts';
export { readCountry } from './import/country.ts';
export { REJECT_CODES } from './import/rejects.ts';
export type { Reject, RejectCode } from './import/rejects.ts';
export { streamStaleContacts } from './stale-contacts.ts';
export type { StaleContact } from './stale-contacts.ts';
