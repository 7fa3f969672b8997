import type { ClientBase } from 'pg';

/** Deletes what was computed from a customer's identifiers. */
export async function forgetIdentity(
  client: Pick<ClientBase, 'query'>,
  customerId: string,
): Promise<void> {
  await client.query('DELETE FROM identity WHERE customer_id = $1', [customerId]);
}
