-- Those whom the plan does not look at and who carry a key that somebody leaves with. Most people have
-- two keys: looking at these first spares taking every list of keys apart.
CREATE TEMP TABLE plan_carrier ON COMMIT DROP AS
SELECT carrier.customer_id, held.key
FROM (
  SELECT m.customer_id, m.keys
  FROM membership m
  WHERE m.audience_id = :audience_id::uuid
    AND (
      m.keys[1] = ANY (:leaving::bytea[])
      OR m.keys[2] = ANY (:leaving::bytea[])
      OR cardinality(m.keys) > 2
    )
  OFFSET 0
) AS carrier
CROSS JOIN LATERAL unnest(carrier.keys) AS held (key)
WHERE held.key = ANY (:leaving::bytea[])
  AND NOT EXISTS (SELECT 1 FROM plan_scope WHERE plan_scope.customer_id = carrier.customer_id)
