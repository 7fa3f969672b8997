INSERT INTO run (sync_id, state, trigger, as_of, started_at)
VALUES (:sync_id::uuid, 'planning', :trigger::text, :as_of::timestamptz, :now::timestamptz)
RETURNING id
