INSERT INTO alert_channel (channel)
SELECT channel FROM unnest(:channels::text[]) AS c(channel)
ON CONFLICT (channel) DO NOTHING
