-- People on the audience by what their batch's answer says of them. Of a batch with rejected or
-- unknown rows nobody knows which they were, and of one without an answer whether it arrived: such
-- people count on the upper side of the range alone.
WITH landed AS (
  SELECT add_batch_id, maybe_there, count(*) AS people
  FROM membership
  WHERE audience_id = :audience_id::uuid AND keys <> '{}'
  GROUP BY add_batch_id, maybe_there
)
SELECT
  coalesce(sum(greatest(l.people - b.rejected - b.unknown, 0)) FILTER (WHERE b.state = 'done'), 0)::int AS accepted_lower,
  coalesce(sum(CASE
    WHEN l.maybe_there OR b.state IN ('sending', 'lost') THEN l.people
    WHEN b.state = 'done' THEN least(l.people, b.accepted + b.unknown)
  END) FILTER (WHERE b.state <> 'pending'), 0)::int AS accepted_upper,
  coalesce(sum(l.people) FILTER (WHERE b.state = 'pending'), 0)::int AS pending
FROM landed l
LEFT JOIN batch b ON b.id = l.add_batch_id
