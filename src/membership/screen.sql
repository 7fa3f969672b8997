-- Rule 2: who of the segment may be uploaded at all. Each person gets one standing, the first that
-- applies, so that the counts add up to the segment.
WITH active_suppression AS (
  SELECT kind, customer_id, digest FROM suppression
  WHERE until IS NULL OR until > :now::timestamptz
),
suppressed AS (
  SELECT customer_id FROM active_suppression WHERE kind = 'customer'
  UNION
  SELECT i.customer_id
  FROM identity i CROSS JOIN LATERAL unnest(i.email_plain) AS key
  JOIN active_suppression s ON s.kind = 'email' AND s.digest = key
  UNION
  SELECT i.customer_id
  FROM identity i CROSS JOIN LATERAL unnest(i.phone_e164) AS key
  JOIN active_suppression s ON s.kind = 'phone' AND s.digest = key
  UNION
  SELECT i.customer_id
  FROM identity i CROSS JOIN LATERAL unnest(i.email_domain) AS key
  JOIN active_suppression s ON s.kind = 'domain' AND s.digest = key
),
answer AS (
  SELECT
    customer_id,
    bool_or(status = 'denied') AS denied,
    count(*) FILTER (
      WHERE status = 'granted' AND purpose IN ('ad_user_data', 'ad_personalization')
    ) = 2 AS granted
  FROM consent
  GROUP BY customer_id
),
person AS (
  SELECT
    s.customer_id,
    c.country,
    coalesce(CASE :email_rule::text
      WHEN 'email_plain' THEN i.email_plain[1 : :keys_per_kind::int]
      WHEN 'email_google' THEN i.email_google[1 : :keys_per_kind::int]
    END, '{}') AS email,
    coalesce(CASE :phone_rule::text
      WHEN 'phone_e164' THEN i.phone_e164[1 : :keys_per_kind::int]
      WHEN 'phone_digits' THEN i.phone_digits[1 : :keys_per_kind::int]
    END, '{}') AS phone
  FROM plan_segment s
  JOIN customer c ON c.customer_id = s.customer_id
  LEFT JOIN identity i ON i.customer_id = s.customer_id
)
INSERT INTO plan_candidate (customer_id, email, phone, consent_granted, standing)
SELECT
  p.customer_id,
  p.email,
  p.phone,
  coalesce(a.granted, false),
  CASE
    WHEN p.email = '{}' AND p.phone = '{}' THEN 'unreachable'
    WHEN a.denied THEN 'no_consent'
    WHEN NOT coalesce(a.granted, false) AND p.country = ANY (:consent_countries::text[]) THEN 'no_consent'
    WHEN s.customer_id IS NOT NULL THEN 'suppressed'
    WHEN :global_holdout::float8 > 0
      AND arm_fraction(:global_salt::text, p.customer_id) < :global_holdout::float8
      THEN 'held_out_global'
    ELSE 'eligible'
  END
FROM person p
LEFT JOIN answer a ON a.customer_id = p.customer_id
LEFT JOIN suppressed s ON s.customer_id = p.customer_id
