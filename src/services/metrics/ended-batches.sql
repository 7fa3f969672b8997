-- Batches with an end that are in no total yet, held until they are. One that was never sent has its
-- end with its run.
SELECT batch.id
FROM batch JOIN run ON run.id = batch.run_id
WHERE NOT batch.tallied
  AND (
    batch.state IN ('done', 'refused', 'lost')
    OR (batch.state = 'planned' AND run.state NOT IN ('planning', 'delivering'))
  )
ORDER BY batch.id
LIMIT :most::int
FOR NO KEY UPDATE OF batch
