UPDATE alert_delivery d
SET attempts = d.attempts + 1, delivered_at = :at::timestamptz, problem = :problem::text
FROM unnest(:alert_ids::bigint[], :events::text[], :due_ats::timestamptz[]) AS told(alert_id, event, due_at)
WHERE d.alert_id = told.alert_id AND d.channel = :channel::text AND d.event = told.event AND d.due_at = told.due_at
