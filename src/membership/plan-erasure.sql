-- One person leaves an audience at once: the keys that may still be there.
INSERT INTO plan_change (
  customer_id, change, keys, ad_user_data, ad_personalization, gone_keys, maybe_there, standing
)
SELECT
  customer_id,
  'left',
  '{}',
  ad_user_data,
  ad_personalization,
  ARRAY(
    SELECT DISTINCT unnest(
      CASE WHEN removal_answered THEN '{}' ELSE gone_keys END
      || CASE WHEN touched THEN keys ELSE '{}' END
    )
  ),
  touched,
  'erased'
FROM ledger
WHERE audience_id = :audience_id::uuid
  AND customer_id = :customer_id
  -- A removal that the platform works on is waited for, not sent again; so is an addition, which
  -- may come behind the removal that was sent meanwhile.
  AND NOT (keys = '{}' AND (removal_pending OR (addition_pending AND removal_done)))
