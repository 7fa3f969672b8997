/** How many people of the ledger are on an audience, as bounds. */
import { z } from 'zod';
import type { Db } from '../infra/db.ts';
import { loadSql, runSql } from '../infra/sql.ts';
import type { Accepted } from './rate.ts';

const ACCEPTED = loadSql(import.meta.url, 'accepted.sql');
const AcceptedRow = z.object({
  accepted_lower: z.int(),
  accepted_upper: z.int(),
  pending: z.int(),
});

export interface OnAudience {
  /** People whom the platform surely, and at most, accepted. */
  readonly accepted: Accepted;
  /** People whose batch the platform is still working on. */
  readonly pending: number;
}

export async function readAccepted(db: Db, audienceId: string): Promise<OnAudience> {
  const result = await runSql(db.pool, ACCEPTED, { audience_id: audienceId });
  const row = AcceptedRow.parse(result.rows[0]);
  return {
    accepted: { lower: row.accepted_lower, upper: row.accepted_upper },
    pending: row.pending,
  };
}
