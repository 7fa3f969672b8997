/** Whoever said no since they were put on an audience leaves it, outside of any segment. */
import type { PoolClient } from 'pg';
import { loadSql, runSql, statement } from '../infra/sql.ts';
import type { PlanFigures } from './figures.ts';
import { compareWithLedger, screenSegment } from './plan.ts';
import type { Screening } from './plan.ts';
import { EVERYBODY } from './scope.ts';

const READ_SENT = loadSql(import.meta.url, 'read-sent.sql');
const READ_SUPPRESSED = loadSql(import.meta.url, 'read-suppressed.sql');
const SUPPRESSED_AS_SENT = loadSql(import.meta.url, 'suppressed-as-sent.sql');
const OTHERS_STAY = loadSql(import.meta.url, 'others-stay.sql');

const ON_THE_LIST = statement(
  `SELECT customer_id FROM membership WHERE audience_id = :audience_id::uuid AND keys <> '{}'`,
);

/**
 * Compares the people of an audience with what they said, in work tables of the caller's transaction:
 * those without consent and those who are suppressed leave, and removals that did not land are tried
 * again. Nobody else is touched, and no key of somebody who stays is taken off (rule 4).
 *
 * @returns the figures as of a plan whose segment is the audience itself
 */
export async function planOptOuts(
  client: PoolClient,
  screening: Omit<Screening, 'scope'>,
): Promise<PlanFigures> {
  const { audienceId, now } = screening;
  const audience_id = audienceId;
  const list = { statement: ON_THE_LIST, params: { audience_id } };
  await screenSegment(client, list, { ...screening, scope: EVERYBODY, noFirst: true });
  await runSql(client, READ_SENT, { audience_id });
  await runSql(client, READ_SUPPRESSED, { now });
  await client.query(SUPPRESSED_AS_SENT.text);
  await client.query(OTHERS_STAY.text);
  const figures = await compareWithLedger(client, audienceId, { resendBefore: null, now });
  await client.query(`DELETE FROM plan_change WHERE change <> 'left'`);
  // Nothing says of those who go now whether the segment still has them: the next plan looks.
  await client.query('DELETE FROM plan_state WHERE audience_id = $1', [audienceId]);
  return figures;
}
