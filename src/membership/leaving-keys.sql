SELECT array_agg(DISTINCT gone.key)::text AS keys
FROM plan_change CROSS JOIN LATERAL unnest(gone_keys) AS gone (key)
