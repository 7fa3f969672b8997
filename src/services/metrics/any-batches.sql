-- Whether a batch with an end is in no total yet; one that was never sent has its end with its run.
SELECT 1
FROM batch JOIN run ON run.id = batch.run_id
WHERE NOT batch.tallied
  AND (
    batch.state IN ('done', 'refused', 'lost')
    OR (batch.state = 'planned' AND run.state NOT IN ('planning', 'delivering'))
  )
LIMIT 1
