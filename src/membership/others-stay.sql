-- Whoever did not say no stays as the ledger has them, whatever the segment makes of them by now: with
-- the keys that may be there.
UPDATE plan_candidate c
SET
  standing = 'eligible',
  keys = CASE WHEN l.touched THEN l.keys ELSE '{}' END
FROM ledger l
WHERE l.audience_id = :audience_id::uuid
  AND l.customer_id = c.customer_id
  AND c.standing NOT IN ('no_consent', 'suppressed')
