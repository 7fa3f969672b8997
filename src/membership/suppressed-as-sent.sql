-- Whoever is on the list under a key that is suppressed, though they have another by now.
UPDATE plan_candidate c
SET standing = 'suppressed'
FROM plan_sent
WHERE plan_sent.customer_id = c.customer_id
  AND c.standing <> 'no_consent'
  AND EXISTS (
    SELECT 1 FROM unnest(plan_sent.keys) AS sent (key) JOIN plan_suppressed p ON p.key = sent.key
  )
