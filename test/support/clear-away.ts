/** An empty shop in a database that was in use: what was configured of platforms stays. */
import type { Db } from '../../src/infra/db.ts';

/** Whoever refers to others before those. */
const TABLES = [
  'lift_reading',
  'match_observation',
  'verification',
  'replacement',
  'refusal',
  'membership',
  'past_membership',
  'assignment',
  'erasure_receipt',
  'erasure',
  'batch',
  'run',
  'schedule_slot',
  'audience',
  'sync',
  'segment',
  'purchase',
  'consent',
  'consent_record',
  'identity',
  'customer',
  'suppression',
  'account_budget',
  'lease',
  'tally',
  'audit',
] as const;

/** Emptying tables one by one is forty times as fast as TRUNCATE where there is next to nothing. */
const EMPTY = TABLES.map((table) => `DELETE FROM ${table}`).join(';');

export async function clearAway({ pool }: Db): Promise<void> {
  await pool.query(EMPTY);
}
