-- Whoever is on the list under a key that is suppressed, though they have another by now.
WITH active AS (
  SELECT digest, more FROM suppression WHERE until IS NULL OR until > :now::timestamptz
),
suppressed_key AS (
  SELECT digest AS key FROM active WHERE digest IS NOT NULL
  UNION
  SELECT unnest(more) FROM active
)
UPDATE plan_candidate c
SET standing = 'suppressed'
FROM plan_sent
WHERE plan_sent.customer_id = c.customer_id
  AND c.standing <> 'no_consent'
  AND EXISTS (
    SELECT 1 FROM unnest(plan_sent.keys) AS sent (key) JOIN suppressed_key ON suppressed_key.key = sent.key
  )
