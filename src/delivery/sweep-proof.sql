-- Whether everybody whom a run added was taken. Rows that the platform refused by name were never
-- going to be there; any other row that is not accepted might be somebody whom a sweep takes off.
WITH named AS (
  SELECT batch_id, count(*) AS people
  FROM refusal
  WHERE batch_id IN (SELECT id FROM batch WHERE run_id = :run_id::bigint)
  GROUP BY batch_id
)
SELECT
  coalesce(sum(b.accepted), 0)::int AS accepted,
  coalesce(sum(b.rows), 0)::int AS rows,
  count(*) FILTER (WHERE b.state IN ('planned', 'sending', 'pending'))::int AS pending,
  count(*) FILTER (
    WHERE b.state IN ('refused', 'lost')
      OR (b.state = 'done' AND (
        b.unknown > 0
        OR b.rejected > coalesce(named.people, 0)
      ))
  )::int AS unproven
FROM batch b
LEFT JOIN named ON named.batch_id = b.id
WHERE b.run_id = :run_id::bigint AND b.operation = 'add'
