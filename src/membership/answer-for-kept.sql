-- Whoever was refused by name had nothing taken, so that nothing would be taken off once they leave. Of
-- a key that somebody else leaves now and that stays for their sake they answer from now on.
WITH kept AS (
  SELECT old.key
  FROM plan_change p
  JOIN membership m ON m.audience_id = :audience_id::uuid AND m.customer_id = p.customer_id
  CROSS JOIN LATERAL unnest(m.keys || m.gone_keys) AS old (key)
  WHERE old.key <> ALL (p.keys) AND old.key <> ALL (p.gone_keys)
)
UPDATE membership m
SET maybe_there = true
FROM refusal r
WHERE m.audience_id = :audience_id::uuid
  AND r.audience_id = m.audience_id
  AND r.customer_id = m.customer_id
  AND r.batch_id = m.add_batch_id
  AND r.nothing_taken
  AND NOT m.maybe_there
  AND m.keys && (SELECT coalesce(array_agg(kept.key), '{}') FROM kept)
