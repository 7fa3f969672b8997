-- Values that could not be used, by kind and reason: how many, of how many customers, and how many
-- of these customers have no e-mail, phone or id of any kind that can be used.
WITH customer_reason AS (
  SELECT
    split_part(reason, ':', 1) AS kind,
    split_part(reason, ':', 2) AS reason,
    i.customer_id,
    count(*) AS times,
    i.email_plain = '{}' AND i.phone_e164 = '{}' AND i.mobile_id_plain = '{}'
      AND i.x_handle = '{}' AND i.x_id = '{}' AND i.external_id = '{}' AS unreachable
  FROM identity i
  JOIN customer c ON c.customer_id = i.customer_id
  CROSS JOIN LATERAL unnest(i.unusable) AS reason
  GROUP BY 1, 2, i.customer_id
)
SELECT
  kind,
  reason,
  sum(times)::int AS values,
  count(*)::int AS customers,
  (count(*) FILTER (WHERE unreachable))::int AS unreachable
FROM customer_reason
GROUP BY kind, reason
ORDER BY unreachable DESC, customers DESC, kind, reason
