UPDATE alert_channel
SET claimed_until = NULL, failures = :failures::int, problem = :problem::text, retry_at = :retry_at::timestamptz,
  recent = :recent::timestamptz[]
WHERE channel = :channel::text
