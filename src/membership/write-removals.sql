-- Keys that have to leave, and the batch that will take them off. Whoever left altogether keeps
-- only these, until they are answered for.
WITH requests AS (
  SELECT id, row_number() OVER (ORDER BY seq) AS request
  FROM batch
  WHERE run_id = :run_id::bigint AND operation = 'remove'
)
UPDATE membership m
SET
  gone_email = p.gone_email,
  gone_phone = p.gone_phone,
  remove_batch_id = b.id,
  email = CASE WHEN p.change = 'left' THEN '{}' ELSE m.email END,
  phone = CASE WHEN p.change = 'left' THEN '{}' ELSE m.phone END,
  add_batch_id = CASE WHEN p.change = 'left' THEN NULL ELSE m.add_batch_id END,
  maybe_there = p.change <> 'left' AND m.maybe_there
FROM plan_change p
JOIN plan_removal r ON r.customer_id = p.customer_id
JOIN requests b ON b.request = r.request
WHERE m.audience_id = :audience_id::uuid AND m.customer_id = p.customer_id
