-- The latest slot of each schedule, where it passed before a moment and no run began since.
SELECT s.name AS sync, latest.slot, latest.missed
FROM sync s
JOIN LATERAL (
  SELECT slot, missed, state FROM schedule_slot
  WHERE key = 'sync:' || s.id::text AND slot <= :before::timestamptz
  ORDER BY slot DESC LIMIT 1
) latest ON latest.state <> 'skipped'
WHERE s.schedule IS NOT NULL
  AND s.paused_at IS NULL
  AND NOT EXISTS (
    SELECT FROM run r
    WHERE r.sync_id = s.id AND r.started_at >= latest.slot AND r.trigger <> :erasure_trigger::text
  )
ORDER BY s.name
