-- Every audience a person is on, is leaving, or was on; the latest first.
SELECT
  sync.name AS sync,
  destination.platform,
  destination.account,
  audience.name AS audience,
  spell.state,
  spell.since,
  spell.until,
  spell.ad_user_data,
  spell.ad_personalization,
  spell.reason,
  spell.keys
FROM (
  SELECT
    ledger.audience_id,
    CASE
      WHEN keys = '{}' THEN 'leaving'
      WHEN refusal.code IS NOT NULL THEN 'refused'
      WHEN taken THEN 'on'
      WHEN touched THEN 'perhaps'
      ELSE 'planned'
    END AS state,
    since,
    NULL::timestamptz AS until,
    ad_user_data,
    ad_personalization,
    refusal.code AS reason,
    (CASE WHEN keys = '{}' THEN gone_keys ELSE keys END)::text AS keys
  FROM ledger
  LEFT JOIN refusal
    ON refusal.audience_id = ledger.audience_id AND refusal.customer_id = ledger.customer_id
  -- Each audience by the key of the table, which begins with it.
  WHERE ledger.audience_id IN (SELECT id FROM audience) AND ledger.customer_id = :customer_id
  UNION ALL
  SELECT audience_id, 'was', since, until, ad_user_data, ad_personalization, reason, '{}'
  FROM past_membership
  WHERE audience_id IN (SELECT id FROM audience) AND customer_id = :customer_id
) AS spell
JOIN audience ON audience.id = spell.audience_id
JOIN sync ON sync.id = audience.sync_id
JOIN destination ON destination.id = sync.destination_id
ORDER BY spell.until DESC NULLS FIRST, spell.since DESC, sync.name
