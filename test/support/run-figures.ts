/** Rule 7, for every run there is. */
import { expect } from 'vitest';
import type { Db } from '../../src/infra/db.ts';

/** What of a run does not add up, in words; nothing for one whose plan was never written. */
const OFF = `
WITH delivery AS (
  SELECT
    run_id,
    sum(rows) FILTER (WHERE operation = 'add') AS rows,
    bool_or(accepted + rejected + unknown > rows OR least(accepted, rejected, unknown) < 0) AS too_many,
    bool_or(state = 'sending') AS in_the_air,
    -- An answer says something of every row; a request without one is counted as neither.
    bool_or(state IN ('done', 'pending', 'lost') AND accepted + rejected + unknown <> rows) AS untold,
    bool_or(state = 'lost' AND accepted > 0) AS guessed,
    bool_or(state NOT IN ('done', 'pending')) AS unfinished
  FROM batch GROUP BY run_id
)
SELECT run.id, run.state, array_remove(ARRAY[
  CASE WHEN in_segment <> erased + unreachable + no_consent + suppressed + purchased + time_up
    + cooling_down + in_group + enough_audiences + held_out + held_out_global + wanted
    THEN 'the segment' END,
  CASE WHEN wanted <> unchanged + waiting + added THEN 'wanted' END,
  CASE WHEN run.state <> 'held' AND coalesce(delivery.rows, 0) <> added THEN 'added' END,
  CASE WHEN delivery.too_many THEN 'more answers than rows' END,
  CASE WHEN delivery.untold THEN 'rows without an answer' END,
  CASE WHEN delivery.guessed THEN 'accepted by guess' END,
  CASE WHEN delivery.in_the_air OR run.state IN ('planning', 'delivering') THEN 'never ended' END,
  CASE WHEN run.state = 'succeeded' AND delivery.unfinished THEN 'success by guess' END
], NULL) AS off
FROM run LEFT JOIN delivery ON delivery.run_id = run.id`;

export async function expectRunsToAddUp({ pool }: Db): Promise<void> {
  const { rows } = await pool.query<{ off: string[] }>(OFF);
  expect(rows.length, 'runs').toBeGreaterThan(0);
  expect(rows.filter(({ off }) => off.length > 0)).toEqual([]);
}
