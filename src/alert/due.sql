-- What a channel has still to tell. Of an alert that began and ended untold, all of it. One that
-- another took the place of is over without being mended.
SELECT
  d.alert_id::text AS alert_id, d.event, d.due_at,
  a.kind, a.severity, a.object_kind, a.object_name, a.run_id::text AS run_id,
  a.opened_at, a.closed_at, a.sentence, a.next_step, a.recovery,
  a.kind LIKE 'run-%' AND EXISTS (
    SELECT FROM alert o
    WHERE o.id <> a.id AND o.kind LIKE 'run-%' AND o.object_name = a.object_name
      AND o.opened_at <= a.closed_at AND (o.closed_at IS NULL OR o.closed_at > a.closed_at)
  ) AS replaced
FROM alert_delivery d
JOIN alert a ON a.id = d.alert_id
WHERE d.channel = :channel::text AND d.delivered_at IS NULL
ORDER BY d.due_at, d.alert_id, d.event = 'closed'
