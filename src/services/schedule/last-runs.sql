-- The last run of every sync that may be in need of another; those of erasures are gone on with by the
-- erasure. Behind a held run stands that of those who said no, which may not have come to its end. How
-- many ended so in a row says how long to wait.
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
    WHERE run.sync_id = sync.id
      AND (run.trigger = :opt_out::text) = (last.trigger = :opt_out::text)
      AND run.trigger <> :erasure::text
      AND run.id > coalesce((
        SELECT max(ended.id) FROM run ended
        WHERE ended.sync_id = sync.id
          AND ended.trigger <> :erasure::text
          AND CASE last.trigger WHEN :opt_out::text
            THEN ended.state NOT IN ('incomplete', 'planning', 'delivering', 'held')
            ELSE ended.trigger <> :opt_out::text AND ended.state NOT IN ('incomplete', 'planning', 'delivering')
          END
          AND ended.id <= last.id
      ), 0)
  ) AS incomplete,
  budget.waits_until
FROM sync
JOIN destination ON destination.id = sync.destination_id
CROSS JOIN LATERAL (
  SELECT seen.* FROM (
    SELECT
      latest.*,
      lead(latest.trigger = :opt_out::text AND latest.state IN ('incomplete', 'delivering'))
        OVER (ORDER BY latest.id DESC) AS behind_opt_out
    FROM (
      SELECT run.id, run.trigger, run.state, run.stop, run.problem, run.started_at, run.finished_at FROM run
      WHERE run.sync_id = sync.id AND run.trigger <> :erasure::text
      ORDER BY run.id DESC LIMIT 2
    ) latest
  ) seen
  WHERE NOT (seen.state = 'held' AND coalesce(seen.behind_opt_out, false))
    AND (seen.trigger <> :opt_out::text OR seen.state IN ('incomplete', 'delivering'))
  ORDER BY seen.id DESC LIMIT 1
) last
LEFT JOIN account_budget budget
  ON budget.platform = destination.platform AND budget.holder = destination.account
-- Whoever cancelled a run wants no other in its place, though its process died before it could heed.
WHERE last.state IN ('planning', 'delivering', 'incomplete') AND last.stop IS DISTINCT FROM 'cancel'
