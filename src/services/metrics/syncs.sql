-- Every sync, whether it is running, and the end of its last good run; a run that takes single people off is none.
SELECT
  sync.name AS sync,
  destination.platform,
  (
    SELECT count(*)::int FROM run
    WHERE run.sync_id = sync.id AND run.state IN ('planning', 'delivering')
  ) AS under_way,
  (
    SELECT run.finished_at FROM run
    WHERE run.sync_id = sync.id AND run.state = 'succeeded' AND run.trigger <> ALL (:side_triggers::text[])
    ORDER BY run.id DESC
    LIMIT 1
  ) AS last_good_at
FROM sync
JOIN destination ON destination.id = sync.destination_id
ORDER BY sync.name
