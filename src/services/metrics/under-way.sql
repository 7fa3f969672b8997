-- Batches that have no end yet, and the rows of them that a platform has taken and answers later.
SELECT
  destination.platform,
  batch.state,
  count(*)::int AS batches,
  coalesce(sum(batch.unknown) FILTER (WHERE batch.state = 'pending'), 0)::int AS awaiting
FROM batch
JOIN run ON run.id = batch.run_id
JOIN sync ON sync.id = run.sync_id
JOIN destination ON destination.id = sync.destination_id
WHERE NOT batch.tallied AND batch.state IN ('planned', 'sending', 'pending')
GROUP BY destination.platform, batch.state
ORDER BY destination.platform, batch.state
