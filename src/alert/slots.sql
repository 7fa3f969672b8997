-- The latest slot of each schedule, where it passed before a moment and no run began since, nor goes
-- on that began before. What runs after each refresh of its segment has the slots of the segment.
SELECT s.name AS sync, latest.slot, latest.missed
FROM sync s
JOIN LATERAL (
  SELECT slot, missed, state FROM schedule_slot
  WHERE key = CASE s.schedule
      WHEN 'after-refresh' THEN 'segment:' || s.segment_id::text
      ELSE 'sync:' || s.id::text
    END
    AND slot <= :before::timestamptz
  ORDER BY slot DESC LIMIT 1
) latest ON latest.state <> 'skipped'
WHERE s.schedule IS NOT NULL
  AND s.paused_at IS NULL
  AND NOT EXISTS (
    SELECT FROM run r
    WHERE r.sync_id = s.id AND (r.started_at >= latest.slot OR r.state IN ('planning', 'delivering'))
      AND r.trigger <> ALL (:side_triggers::text[])
  )
ORDER BY s.name
