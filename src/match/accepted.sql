-- People on the audience by what their batch's answer says of them. Of a batch with rejected or
-- unknown rows nobody knows which they were, so that those count on one side of the range alone.
WITH landed AS (
  SELECT m.add_batch_id, count(*) AS people
  FROM membership m
  WHERE m.audience_id = :audience_id::uuid AND (m.email <> '{}' OR m.phone <> '{}')
  GROUP BY m.add_batch_id
)
SELECT
  coalesce(sum(greatest(l.people - b.rejected - b.unknown, 0)) FILTER (WHERE b.state = 'done'), 0)::int AS accepted_lower,
  coalesce(sum(least(l.people, b.accepted + b.unknown)) FILTER (WHERE b.state = 'done'), 0)::int AS accepted_upper,
  coalesce(sum(l.people) FILTER (WHERE b.state = 'pending'), 0)::int AS pending
FROM landed l
LEFT JOIN batch b ON b.id = l.add_batch_id
