-- How far a run is, in one row. Whether it has a process: the lease of its sync is somebody's.
SELECT
  run.state,
  run.problem,
  sync.name AS sync,
  destination.platform,
  destination.account,
  destination.name AS destination,
  EXISTS (
    SELECT 1 FROM lease
    WHERE lease.key = 'sync:' || run.sync_id AND lease.expires_at > clock_timestamp()
  ) AS held,
  batches.*
FROM run
JOIN sync ON sync.id = run.sync_id
JOIN destination ON destination.id = sync.destination_id
CROSS JOIN LATERAL (
  SELECT
    coalesce(sum(rows), 0)::int AS total,
    coalesce(sum(rows) FILTER (WHERE state NOT IN ('planned', 'sending')), 0)::int AS done,
    coalesce(sum(accepted) FILTER (WHERE operation = 'add'), 0)::int AS accepted,
    coalesce(sum(rejected) FILTER (WHERE operation = 'add'), 0)::int AS rejected,
    coalesce(sum(unknown) FILTER (WHERE operation = 'add'), 0)::int AS unknown,
    coalesce(bool_or(operation = 'remove') FILTER (WHERE state IN ('planned', 'sending')), false) AS removing
  FROM batch
  WHERE batch.run_id = run.id
) AS batches
WHERE run.id = :run_id::bigint
