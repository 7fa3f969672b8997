-- Of all workers that see a slot, one writes it down.
INSERT INTO schedule_slot (key, slot, state, missed, seen_at)
VALUES (:key::text, :slot::timestamptz, :state::text, :missed::int, :now::timestamptz)
ON CONFLICT (key, slot) DO NOTHING
RETURNING key
