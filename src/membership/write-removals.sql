-- Keys that have to leave, and the batch that will take them off. Whoever left altogether keeps only
-- these until they are answered for, and the batch of an addition that may still be worked on.
WITH requests AS (
  SELECT id, row_number() OVER (ORDER BY seq) AS request
  FROM batch
  WHERE run_id = :run_id::bigint AND operation = 'remove'
)
UPDATE membership m
SET
  gone_keys = p.gone_keys,
  remove_batch_id = b.id,
  keys = CASE WHEN p.change = 'left' THEN '{}' ELSE m.keys END,
  profile = CASE WHEN p.change = 'left' THEN NULL ELSE m.profile END,
  maybe_there = p.change <> 'left' AND m.maybe_there
FROM plan_change p
JOIN plan_removal r ON r.customer_id = p.customer_id
JOIN requests b ON b.request = r.request
WHERE m.audience_id = :audience_id::uuid AND m.customer_id = p.customer_id
