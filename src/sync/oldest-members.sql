-- Of each audience whose platform forgets people: when those on it were sent who were sent longest ago,
-- and how many were sent before the moment from which a run would send them again.
SELECT
  due.audience_id,
  min(l.taken_at) AS oldest,
  count(*) FILTER (WHERE l.taken_at < due.resend_before)::int AS people
FROM unnest(:audience_ids::uuid[], :resend_before::timestamptz[]) AS due (audience_id, resend_before)
JOIN ledger l ON l.audience_id = due.audience_id
WHERE l.taken AND l.keys <> '{}'
GROUP BY due.audience_id
