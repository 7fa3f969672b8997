-- Keys that have to leave, and the batch that will take them off. Whoever left altogether keeps
-- only these, until they are answered for.
WITH numbered AS (
  SELECT p.*, row_number() OVER () AS n
  FROM plan_change p
  WHERE gone_email <> '{}' OR gone_phone <> '{}'
),
removals AS (
  SELECT id, row_number() OVER (ORDER BY seq) AS k
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
FROM numbered p
JOIN removals b ON b.k = (p.n - 1) / :batch_rows::int + 1
WHERE m.audience_id = :audience_id::uuid AND m.customer_id = p.customer_id
