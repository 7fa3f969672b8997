-- Whoever was on the audience and leaves now: since when, until when, why, and under which consent.
INSERT INTO past_membership (
  audience_id, customer_id, since, until, ad_user_data, ad_personalization, reason
)
SELECT
  m.audience_id, m.customer_id, m.since, :now::timestamptz, m.ad_user_data, m.ad_personalization,
  p.standing
FROM plan_change p
JOIN membership m ON m.audience_id = :audience_id::uuid AND m.customer_id = p.customer_id
-- Of those who leave, `maybe_there` are the ones who had keys there until now.
WHERE p.change = 'left' AND p.maybe_there
ON CONFLICT (audience_id, customer_id, until) DO NOTHING
