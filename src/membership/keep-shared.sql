-- Rule 4: a key leaves only when nobody who is wanted carries it. Whoever carries a kept key answers
-- for it from now on: it may be on the platform, whatever becomes of their own upload.
WITH leaving AS (
  SELECT p.customer_id, gone.key
  FROM plan_change p CROSS JOIN LATERAL unnest(p.gone_keys) AS gone (key)
),
carried AS (
  SELECT c.customer_id, held.key
  FROM plan_candidate c
  LEFT JOIN plan_change p ON p.customer_id = c.customer_id AND p.change = 'waiting'
  CROSS JOIN LATERAL unnest(c.keys) AS held (key)
  WHERE c.standing = 'eligible'
    AND p.customer_id IS NULL
    AND held.key IN (SELECT key FROM leaving)
  UNION ALL
  -- Whoever waits is there with what they were sent.
  SELECT p.customer_id, held.key
  FROM plan_change p
  JOIN ledger l ON l.audience_id = :audience_id::uuid AND l.customer_id = p.customer_id
  CROSS JOIN LATERAL unnest(l.keys) AS held (key)
  WHERE p.change = 'waiting' AND l.touched
  /* others */
),
kept AS MATERIALIZED (
  SELECT key FROM leaving INTERSECT SELECT key FROM carried
),
staying AS (
  SELECT leaving.customer_id, array_agg(leaving.key) AS keys
  FROM leaving JOIN kept ON kept.key = leaving.key
  GROUP BY leaving.customer_id
),
answering AS (
  SELECT DISTINCT carried.customer_id FROM carried JOIN kept ON kept.key = carried.key
),
concerned AS (
  SELECT
    coalesce(staying.customer_id, answering.customer_id) AS customer_id,
    coalesce(staying.keys, '{}') AS keys,
    answering.customer_id IS NOT NULL AS answers
  FROM staying FULL JOIN answering ON answering.customer_id = staying.customer_id
)
UPDATE plan_change p
SET
  gone_keys = ARRAY(SELECT unnest(p.gone_keys) EXCEPT SELECT unnest(concerned.keys)),
  maybe_there = p.maybe_there OR (concerned.answers AND p.change <> 'left')
FROM concerned
WHERE p.customer_id = concerned.customer_id
