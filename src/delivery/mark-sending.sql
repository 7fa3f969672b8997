-- A batch of a run that is still ours, and that nobody stopped.
UPDATE batch SET state = 'sending', attempts = batch.attempts + 1, sent_at = :at::timestamptz
FROM run
WHERE batch.id = :batch_id::bigint
  AND run.id = batch.run_id
  AND run.state = 'delivering'
  AND (run.stop IS NULL OR NOT :stoppable::boolean)
