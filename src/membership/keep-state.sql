INSERT INTO plan_state (audience_id, seen, cluster, planned_at, rules, as_of, people)
VALUES (
  :audience_id::uuid, :seen::text, database_cluster(), clock_timestamp(), :rules::bytea,
  :now::timestamptz, :people::jsonb
)
ON CONFLICT (audience_id) DO UPDATE SET
  seen = excluded.seen,
  cluster = excluded.cluster,
  planned_at = excluded.planned_at,
  rules = excluded.rules,
  as_of = excluded.as_of,
  people = excluded.people
