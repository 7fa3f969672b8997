import type { ClientBase } from 'pg';
import { loadSql, runSql } from '../infra/sql.ts';

const FORGET = loadSql(import.meta.url, 'forget-customer.sql');

/** Deletes a customer with their identifiers, purchases and consents. */
export async function forgetCustomer(client: ClientBase, customerId: string): Promise<void> {
  await runSql(client, FORGET, { customer_id: customerId });
}
