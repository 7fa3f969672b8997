-- How the channels stand.
SELECT
  c.channel, c.failures, c.problem, c.retry_at,
  (SELECT count(*) FROM alert_delivery d WHERE d.channel = c.channel AND d.delivered_at IS NULL)::int AS waiting,
  (SELECT max(d.delivered_at) FROM alert_delivery d WHERE d.channel = c.channel) AS told_at
FROM alert_channel c
ORDER BY c.channel
