/** Customers and purchases straight into the tables, and the people of a segment out of them. */
import type { ClientBase } from 'pg';
import { runSql } from '../../src/infra/sql.ts';
import { SegmentDefinitionSchema, segmentQuery } from '../../src/segment/index.ts';

type Client = Pick<ClientBase, 'query'>;

export interface LoggedPurchase {
  readonly customerId: string;
  /** ISO 8601, with offset. */
  readonly at: string;
}

export async function writeLog(
  client: Client,
  customerIds: readonly string[],
  purchases: readonly LoggedPurchase[],
): Promise<void> {
  await client.query(
    `INSERT INTO customer (customer_id, created_at, updated_at)
     SELECT id, '1997-01-01Z', '1997-01-01Z' FROM unnest($1::text[]) id`,
    [customerIds],
  );
  await client.query(
    `INSERT INTO purchase (customer_id, purchase_id, purchased_at, amount, created_at, updated_at)
     SELECT id, number::text, at, 1, '1997-01-01Z', '1997-01-01Z'
     FROM unnest($1::text[], $2::timestamptz[]) WITH ORDINALITY line (id, at, number)`,
    [purchases.map(({ customerId }) => customerId), purchases.map(({ at }) => at)],
  );
}

/** Who is in a segment, sorted; a customer that the query gives twice is there twice. */
export async function peopleOf(
  client: Client,
  segment: { readonly template: string; readonly params?: Readonly<Record<string, number>> },
  at: { readonly asOf: Date; readonly timezone: string },
): Promise<string[]> {
  const { statement, params } = segmentQuery(SegmentDefinitionSchema.parse(segment), at);
  const { rows } = await runSql<{ customer_id: string }>(client, statement, params);
  return rows.map((row) => row.customer_id).sort();
}
