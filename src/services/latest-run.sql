-- The latest run of a sync itself, and whether some process holds the sync.
SELECT
  EXISTS (
    SELECT 1 FROM lease
    WHERE lease.key = 'sync:' || sync.id AND lease.expires_at > clock_timestamp()
  ) AS held,
  (
    SELECT run.id FROM run
    WHERE run.sync_id = sync.id AND run.trigger <> ALL (:side_triggers::text[])
    ORDER BY run.id DESC
    LIMIT 1
  ) AS run
FROM sync
WHERE sync.name = :sync::text
