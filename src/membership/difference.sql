-- The wanted set against the ledger. `settled` additions need not be sent again: the platform took
-- them, or is working on them, and has not had the time to forget them. A request that the platform
-- still works on might be overtaken by another about the same person, so whoever changes meanwhile
-- waits. Whoever leaves does not: they are taken off now and, should an addition that was under way
-- have come last, once more.
WITH known AS (
  SELECT
    customer_id,
    keys,
    profile,
    ad_user_data,
    ad_personalization,
    limited_use_state,
    touched AND keys <> '{}' AS touched,
    removal_pending OR addition_pending AS unanswered,
    -- A removal of which nobody knows whether it is still worked on would take off who comes back.
    coalesce(removal_ghost_until > :now::timestamptz, false) AS removal_haunts,
    removal_pending,
    removal_done,
    taken AND (:resend_before::timestamptz IS NULL OR taken_at >= :resend_before::timestamptz) AS settled,
    CASE WHEN removal_answered THEN '{}' ELSE gone_keys END AS gone_keys
  FROM ledger /* of the scope */
  WHERE audience_id = :audience_id::uuid
),
-- Keys that the platform is taking off somebody right now, and who else is to get one of them: sent
-- beside the removal, it might be gone with it.
being_removed AS MATERIALIZED (
  SELECT DISTINCT unnest(m.gone_keys) AS key
  FROM membership m
  JOIN batch b ON b.id = m.remove_batch_id
  WHERE m.audience_id = :audience_id::uuid
    AND m.remove_batch_id IS NOT NULL
    AND (b.state = 'pending' OR b.ghost_until > :now::timestamptz)
),
contested AS (
  SELECT DISTINCT c.customer_id
  FROM plan_candidate c
  CROSS JOIN LATERAL unnest(c.keys) AS held (key)
  JOIN being_removed ON being_removed.key = held.key
  WHERE c.standing = 'eligible' AND EXISTS (SELECT 1 FROM being_removed)
),
pair AS (
  SELECT
    coalesce(c.customer_id, l.customer_id) AS customer_id,
    CASE
      WHEN l.keys = '{}' AND (
        l.removal_pending
        OR (l.unanswered AND (l.removal_done OR c.standing = 'eligible'))
        OR (l.removal_haunts AND c.standing = 'eligible')
      ) THEN 'waiting'
      WHEN c.customer_id IS NULL OR c.standing <> 'eligible' THEN 'left'
      WHEN contested.customer_id IS NOT NULL AND NOT c.keys <@ coalesce(l.keys, '{}') THEN 'waiting'
      WHEN l.customer_id IS NULL OR l.keys = '{}' THEN 'new'
      WHEN l.keys <> c.keys OR l.profile IS DISTINCT FROM c.profile
        THEN CASE WHEN l.unanswered THEN 'waiting' ELSE 'changed' END
      -- A platform may take the whole person off with an old key, so whoever still has one to take
      -- off is added again behind it. What somebody allows goes along with their keys.
      WHEN NOT l.settled
        OR (l.gone_keys <> '{}' AND NOT l.removal_pending)
        OR (l.ad_user_data, l.ad_personalization, l.limited_use_state)
          IS DISTINCT FROM (c.ad_user_data, c.ad_personalization, c.limited_use_state)
        THEN CASE WHEN l.unanswered THEN 'waiting' ELSE 'again' END
      ELSE 'unchanged'
    END AS change,
    CASE WHEN c.standing = 'eligible' THEN c.keys ELSE '{}' END AS keys,
    c.profile,
    coalesce(c.ad_user_data, false) AS ad_user_data,
    coalesce(c.ad_personalization, false) AS ad_personalization,
    c.limited_use_state,
    coalesce(l.touched, false) AS touched,
    coalesce(l.keys, '{}') AS old_keys,
    coalesce(l.gone_keys, '{}') AS gone_keys,
    coalesce(c.standing, 'not_in_segment') AS standing
  FROM plan_candidate c
  FULL JOIN known l ON l.customer_id = c.customer_id
  LEFT JOIN contested ON contested.customer_id = c.customer_id
  WHERE l.customer_id IS NOT NULL OR c.standing = 'eligible'
)
INSERT INTO plan_change (
  customer_id, change, keys, profile, ad_user_data, ad_personalization, limited_use_state,
  gone_keys, maybe_there, was_member, standing
)
SELECT
  customer_id,
  change,
  keys,
  profile,
  ad_user_data,
  ad_personalization,
  limited_use_state,
  -- What may still be there and is no longer this person's to have there.
  CASE WHEN change = 'waiting' OR (change = 'new' AND gone_keys = '{}') THEN '{}' ELSE ARRAY(
    SELECT unnest(gone_keys || CASE WHEN touched THEN old_keys ELSE '{}' END)
    EXCEPT SELECT unnest(keys)
  ) END,
  -- What somebody had to leave with and has again may still be there, whatever becomes of its sending.
  touched OR gone_keys && keys,
  old_keys <> '{}',
  standing
FROM pair
WHERE change <> 'unchanged'
