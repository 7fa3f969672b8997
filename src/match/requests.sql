-- When the last request about a list was sent, and the rows of those that the platform may not show
-- yet: sent since, or still worked on.
SELECT
  max(sent_at) AS last_sent_at,
  coalesce(sum(rows) FILTER (WHERE operation = 'add' AND state <> 'pending' AND sent_at > :since::timestamptz), 0)::int AS added,
  coalesce(sum(rows) FILTER (WHERE operation = 'remove' AND (state = 'pending' OR sent_at > :since::timestamptz)), 0)::int AS removed
FROM batch
WHERE audience_id = :audience_id::uuid
