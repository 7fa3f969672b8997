-- Whether the last plan of an audience can be gone on from, and what it counted. Nothing comes back
-- where everybody has to be looked at: where it went by other rules or was made in another cluster, is
-- older than the notes that are kept, where too many changed or nobody knows who, and where a
-- suppression has come to its end since.
SELECT state.seen, state.people
FROM plan_state state
WHERE state.audience_id = :audience_id::uuid
  AND state.rules = :rules::bytea
  AND state.cluster = database_cluster()
  AND state.planned_at > clock_timestamp() - interval '7 days'
  AND NOT EXISTS (
    SELECT 1 FROM customer_change
    WHERE changed_by >= pg_snapshot_xmin(state.seen::pg_snapshot)::text::bigint
      AND NOT pg_visible_in_snapshot(changed_by::text::xid8, state.seen::pg_snapshot)
      AND everybody
  )
  AND NOT EXISTS (
    SELECT 1 FROM suppression
    WHERE until > least(state.as_of, :now::timestamptz) AND until <= greatest(state.as_of, :now::timestamptz)
  )
