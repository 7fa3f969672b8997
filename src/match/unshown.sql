-- Rows of requests that the platform may not show yet: sent since, or still worked on.
SELECT
  coalesce(sum(rows) FILTER (WHERE operation = 'add' AND state <> 'pending'), 0)::int AS added,
  coalesce(sum(rows) FILTER (WHERE operation = 'remove'), 0)::int AS removed
FROM batch
WHERE audience_id = :audience_id::uuid
  AND (state = 'pending' OR sent_at > :since::timestamptz)
