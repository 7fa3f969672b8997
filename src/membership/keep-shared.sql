-- Rule 4: a key leaves only when nobody who is wanted carries it. Whoever carries a kept key answers
-- for it from now on: it may be on the platform, whatever becomes of their own upload.
WITH leaving AS (
  SELECT unnest(gone_email) AS key FROM plan_change WHERE gone_email <> '{}'
  UNION
  SELECT unnest(gone_phone) FROM plan_change WHERE gone_phone <> '{}'
),
shared AS (
  SELECT DISTINCT leaving.key
  FROM leaving
  JOIN (
    SELECT unnest(email) AS key FROM plan_candidate WHERE standing = 'eligible'
    UNION ALL
    SELECT unnest(phone) FROM plan_candidate WHERE standing = 'eligible'
  ) carried ON carried.key = leaving.key
),
kept AS (
  SELECT array_agg(key) AS keys FROM shared
)
UPDATE plan_change
SET
  gone_email = ARRAY(SELECT unnest(gone_email) EXCEPT SELECT unnest(kept.keys)),
  gone_phone = ARRAY(SELECT unnest(gone_phone) EXCEPT SELECT unnest(kept.keys)),
  maybe_there = maybe_there OR (change <> 'left' AND (email && kept.keys OR phone && kept.keys))
FROM kept
WHERE gone_email && kept.keys
   OR gone_phone && kept.keys
   OR email && kept.keys
   OR phone && kept.keys
