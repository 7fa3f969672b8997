INSERT INTO run (sync_id, state, mode, trigger, approves, as_of, started_at)
VALUES (:sync_id::uuid, 'planning', :mode::text, :trigger::text, :approves::bigint, :as_of::timestamptz, :now::timestamptz)
RETURNING id
