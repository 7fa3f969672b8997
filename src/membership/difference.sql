-- The wanted set against the ledger. `touched` keys may be on the platform: their batch was sent,
-- or an earlier one may have put them there. `settled` additions need not be sent again: the
-- platform took them, or is working on them, and has not had the time to forget them. A removal
-- has landed when the platform took every row of it.
WITH wanted AS (
  SELECT customer_id, email, phone, consent_granted FROM plan_candidate WHERE standing = 'eligible'
),
sent AS (
  SELECT
    id,
    state IN ('sending', 'pending', 'done', 'lost') AS touched,
    (state = 'pending' OR (state = 'done' AND accepted + unknown > 0))
      AND (:resend_before::timestamptz IS NULL OR sent_at >= :resend_before::timestamptz) AS settled,
    state = 'pending' OR (state = 'done' AND rejected = 0 AND unknown = 0) AS landed
  FROM batch
  WHERE audience_id = :audience_id::uuid
),
ledger AS (
  SELECT
    m.customer_id,
    m.email,
    m.phone,
    m.maybe_there OR coalesce(added.touched, false) AS touched,
    coalesce(added.settled, false) AS settled,
    CASE WHEN coalesce(removed.landed, false) THEN '{}' ELSE m.gone_email END AS gone_email,
    CASE WHEN coalesce(removed.landed, false) THEN '{}' ELSE m.gone_phone END AS gone_phone
  FROM membership m
  LEFT JOIN sent added ON added.id = m.add_batch_id
  LEFT JOIN sent removed ON removed.id = m.remove_batch_id
  WHERE m.audience_id = :audience_id::uuid
),
pair AS (
  SELECT
    coalesce(w.customer_id, l.customer_id) AS customer_id,
    CASE
      WHEN w.customer_id IS NULL THEN 'left'
      WHEN l.customer_id IS NULL THEN 'new'
      WHEN l.email = '{}' AND l.phone = '{}' THEN 'new'
      WHEN l.email <> w.email OR l.phone <> w.phone THEN 'changed'
      -- A platform may take the whole person off with an old key, so whoever still has one to take
      -- off is added again behind it.
      WHEN NOT l.settled OR l.gone_email <> '{}' OR l.gone_phone <> '{}' THEN 'again'
      ELSE 'unchanged'
    END AS change,
    coalesce(w.email, '{}') AS email,
    coalesce(w.phone, '{}') AS phone,
    coalesce(w.consent_granted, false) AS consent_granted,
    coalesce(l.touched, false) AS touched,
    coalesce(l.email, '{}') AS old_email,
    coalesce(l.phone, '{}') AS old_phone,
    coalesce(l.gone_email, '{}') AS gone_email,
    coalesce(l.gone_phone, '{}') AS gone_phone
  FROM wanted w
  FULL JOIN ledger l ON l.customer_id = w.customer_id
)
INSERT INTO plan_change (
  customer_id, change, email, phone, consent_granted, gone_email, gone_phone, maybe_there
)
SELECT
  customer_id,
  change,
  email,
  phone,
  consent_granted,
  -- What may still be there and is no longer this person's to have there.
  CASE WHEN change = 'new' AND gone_email = '{}' THEN '{}' ELSE ARRAY(
    SELECT unnest(gone_email || CASE WHEN touched THEN old_email ELSE '{}' END)
    EXCEPT SELECT unnest(email)
  ) END,
  CASE WHEN change = 'new' AND gone_phone = '{}' THEN '{}' ELSE ARRAY(
    SELECT unnest(gone_phone || CASE WHEN touched THEN old_phone ELSE '{}' END)
    EXCEPT SELECT unnest(phone)
  ) END,
  touched
FROM pair
WHERE change <> 'unchanged'
