-- What each channel is still to tell: every open alert, its end where its beginning was to be told,
-- and a word now and then of those that stay open. Run twice, it adds nothing.
INSERT INTO alert_delivery (alert_id, channel, event, due_at)
SELECT a.id, c.channel, 'opened', :now::timestamptz
FROM alert a CROSS JOIN unnest(:channels::text[]) AS c(channel)
WHERE a.closed_at IS NULL
  AND NOT EXISTS (SELECT FROM alert_delivery d WHERE d.alert_id = a.id AND d.channel = c.channel)
UNION ALL
SELECT a.id, c.channel, 'closed', :now::timestamptz
FROM alert a CROSS JOIN unnest(:channels::text[]) AS c(channel)
WHERE a.closed_at > :now::timestamptz - INTERVAL '7 days'
  AND EXISTS (SELECT FROM alert_delivery d WHERE d.alert_id = a.id AND d.channel = c.channel)
  AND NOT EXISTS (
    SELECT FROM alert_delivery d WHERE d.alert_id = a.id AND d.channel = c.channel AND d.event = 'closed'
  )
UNION ALL
SELECT a.id, c.channel, 'reminder', :now::timestamptz
FROM alert a CROSS JOIN unnest(:channels::text[]) AS c(channel)
WHERE a.closed_at IS NULL
  AND :reminder_hours::float8 > 0
  AND EXISTS (SELECT FROM alert_delivery d WHERE d.alert_id = a.id AND d.channel = c.channel)
  AND NOT EXISTS (
    SELECT FROM alert_delivery d
    WHERE d.alert_id = a.id AND d.channel = c.channel
      AND (d.delivered_at IS NULL OR d.delivered_at > :now::timestamptz - :reminder_hours::float8 * INTERVAL '1 hour')
  )
ON CONFLICT (alert_id, channel, event, due_at) DO NOTHING
