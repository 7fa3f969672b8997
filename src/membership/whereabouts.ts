/** Where one person is and was: the ledger's part of an access request. */
import type { ClientBase } from 'pg';
import { z } from 'zod';
import { loadSql, runSql } from '../infra/sql.ts';
import { keysOf } from './members.ts';

const WHEREABOUTS = loadSql(import.meta.url, 'whereabouts.sql');

const Row = z.object({
  sync: z.string(),
  platform: z.string(),
  account: z.string(),
  audience: z.string(),
  state: z.enum(['on', 'refused', 'perhaps', 'planned', 'leaving', 'was']),
  since: z.date(),
  until: z.date().nullable(),
  ad_user_data: z.boolean(),
  ad_personalization: z.boolean(),
  reason: z.string().nullable(),
  keys: z.string(),
});

/** One stay on one audience. */
export interface Stay {
  readonly sync: string;
  readonly platform: string;
  readonly account: string;
  readonly audience: string;
  /**
   * on: the platform took the person; refused: it named them as refused; perhaps: sent, and nobody knows whether it arrived; planned:
   * to be sent; leaving: their keys are being taken off; was: on it and gone.
   */
  readonly state: z.infer<typeof Row>['state'];
  readonly since: Date;
  readonly until: Date | null;
  /** What the person had granted when they were sent, by purpose. */
  readonly consent: { readonly adUserData: boolean; readonly adPersonalization: boolean };
  /** Why they left, or the platform's code for refusing them. */
  readonly reason: string | null;
  /** How many keys of each kind are there. */
  readonly keys: Readonly<Record<string, number>>;
}

export async function readWhereabouts(
  client: Pick<ClientBase, 'query'>,
  customerId: string,
): Promise<Stay[]> {
  const result = await runSql(client, WHEREABOUTS, { customer_id: customerId });
  return z
    .array(Row)
    .parse(result.rows)
    .map(({ ad_user_data, ad_personalization, keys, ...stay }) => ({
      ...stay,
      consent: { adUserData: ad_user_data, adPersonalization: ad_personalization },
      keys: countKinds(keys),
    }));
}

function countKinds(keys: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of keysOf(keys)) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
