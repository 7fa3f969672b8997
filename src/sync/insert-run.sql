INSERT INTO run (sync_id, state, mode, trigger, as_of, started_at)
VALUES (:sync_id::uuid, 'planning', :mode::text, :trigger::text, :as_of::timestamptz, :now::timestamptz)
RETURNING id
