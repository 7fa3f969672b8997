/**
 * Customers, what they bought and what they allow: importing it, and the only way to raw emails and
 * phones.
 */
export type { RawEmail, RawPhone } from './contact.ts';
export { forgetCustomer } from './forget-customer.ts';
export { readCustomer } from './read-customer.ts';
export type { CustomerRecord } from './read-customer.ts';
export { importCustomers } from './import/customers.ts';
export { importPurchases } from './import/purchases.ts';
export { importConsents } from './import/consents.ts';
export { enterSuppression, importSuppressions } from './import/suppressions.ts';
export { SUPPRESSION_KINDS, readSubject } from './import/suppression-subject.ts';
export type {
  SuppressionKeys,
  SuppressionKind,
  SuppressionSubject,
} from './import/suppression-subject.ts';
export { readNote } from './import/note.ts';
export type { ImportOptions, ImportReport } from './import/options.ts';
export { UNKNOWN_COUNTRY, readCountry } from './import/country.ts';
export { REJECT_CODES } from './import/rejects.ts';
export type { Reject, RejectCode } from './import/rejects.ts';
export { markAllStale, streamStaleContacts } from './stale-contacts.ts';
export type { Contact, StaleContact } from './stale-contacts.ts';
