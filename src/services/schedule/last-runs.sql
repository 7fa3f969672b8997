-- The last run of every sync that may be in need of another; those of erasures are gone on with by
-- the erasure. How many ended incomplete in a row says how long to wait.
SELECT
  sync.id AS sync_id,
  last.state,
  last.problem,
  last.started_at,
  last.finished_at,
  sync.paused_at IS NOT NULL AS is_paused,
  EXISTS (
    SELECT 1 FROM lease WHERE lease.key = 'sync:' || sync.id AND lease.expires_at > now()
  ) AS is_held,
  (
    SELECT count(*)::int FROM run
    WHERE run.sync_id = sync.id AND run.trigger <> ALL (:side_triggers::text[]) AND run.id > coalesce((
      SELECT max(ended.id) FROM run ended
      WHERE ended.sync_id = sync.id AND ended.trigger <> ALL (:side_triggers::text[]) AND ended.state NOT IN ('incomplete', 'planning', 'delivering')
        AND ended.id <= last.id
    ), 0)
  ) AS incomplete,
  budget.waits_until
FROM sync
JOIN destination ON destination.id = sync.destination_id
CROSS JOIN LATERAL (
  SELECT run.id, run.state, run.stop, run.problem, run.started_at, run.finished_at FROM run
  WHERE run.sync_id = sync.id AND run.trigger <> ALL (:side_triggers::text[])
  ORDER BY run.id DESC LIMIT 1
) last
LEFT JOIN account_budget budget
  ON budget.platform = destination.platform AND budget.holder = destination.account
-- Whoever cancelled a run wants no other in its place, though its process died before it could heed.
WHERE last.state IN ('planning', 'delivering', 'incomplete') AND last.stop IS DISTINCT FROM 'cancel'
