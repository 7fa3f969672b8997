-- Rule 4 for one person: keys that others on the audience carry stay, and these others answer for
-- them from now on. Gives how many keys leave and how many stay.
WITH carriers AS (
  UPDATE membership m
  SET maybe_there = true
  FROM plan_change p
  -- Only of those whose own upload may be there: a plan alone carries nothing.
  JOIN ledger l ON l.audience_id = :audience_id::uuid AND l.touched
  WHERE m.audience_id = l.audience_id
    AND m.customer_id = l.customer_id
    AND m.customer_id <> p.customer_id
    AND m.keys && p.gone_keys
  RETURNING m.keys
),
carried AS (
  SELECT coalesce(array_agg(DISTINCT key), '{}') AS keys
  FROM carriers CROSS JOIN LATERAL unnest(carriers.keys) AS key
),
leaving AS (
  UPDATE plan_change p
  SET gone_keys = ARRAY(SELECT unnest(p.gone_keys) EXCEPT SELECT unnest(carried.keys))
  FROM carried
  RETURNING p.gone_keys
)
SELECT
  cardinality(leaving.gone_keys)::int AS leaving,
  (SELECT count(*) FROM plan_change p, carried, unnest(p.gone_keys) AS key WHERE key = ANY (carried.keys))::int AS shared
FROM leaving
