-- What a channel has still to tell. Of an alert that began and ended untold, all of it.
SELECT
  d.alert_id::text AS alert_id, d.event, d.due_at,
  a.kind, a.severity, a.object_kind, a.object_name, a.run_id::text AS run_id,
  a.opened_at, a.closed_at, a.sentence, a.next_step, a.recovery
FROM alert_delivery d
JOIN alert a ON a.id = d.alert_id
WHERE d.channel = :channel::text AND d.delivered_at IS NULL
ORDER BY d.due_at, d.alert_id, d.event = 'closed'
