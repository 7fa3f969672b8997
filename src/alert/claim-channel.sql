-- Takes the turn on a channel that has something to tell and is not to be left alone.
UPDATE alert_channel c
SET claimed_until = :until::timestamptz
WHERE c.channel = :channel::text
  AND (c.claimed_until IS NULL OR c.claimed_until <= :now::timestamptz)
  AND (c.retry_at IS NULL OR c.retry_at <= :now::timestamptz)
  AND EXISTS (SELECT FROM alert_delivery d WHERE d.channel = c.channel AND d.delivered_at IS NULL)
RETURNING c.failures, c.problem, c.recent
