-- Everything that a person has given a schedule by the clock.
SELECT 'sync' AS kind, id, name, schedule AS line, timezone, coalesce(schedule_since, created_at) AS since,
  paused_at IS NOT NULL AS paused
FROM sync WHERE schedule <> 'after-refresh'
UNION ALL
SELECT 'segment', id, name, schedule, coalesce(timezone, :timezone::text), coalesce(schedule_since, created_at), false
FROM segment WHERE schedule IS NOT NULL
ORDER BY 1, 2
