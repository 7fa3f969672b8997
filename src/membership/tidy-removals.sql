-- Whoever is on the list and has had their old keys taken off for sure: nothing of that is open.
UPDATE membership m
SET gone_keys = '{}', remove_batch_id = NULL
FROM batch b
WHERE m.audience_id = :audience_id::uuid
  AND m.remove_batch_id IS NOT NULL
  AND m.keys <> '{}'
  AND b.id = m.remove_batch_id
  AND b.state = 'done' AND b.rejected = 0 AND b.unknown = 0
  AND coalesce(m.ghost_until <= b.sent_at, true)
  AND coalesce(b.ghost_until <= :now::timestamptz, true)
