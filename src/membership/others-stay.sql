-- Whoever did not say no stays as the ledger has them, whatever the segment makes of them by now: with
-- the keys that may be there.
UPDATE plan_candidate c
SET standing = 'eligible', keys = plan_sent.keys
FROM plan_sent
WHERE plan_sent.customer_id = c.customer_id
  AND c.standing NOT IN ('no_consent', 'suppressed')
