-- The keys of the e-mails and phones that are suppressed now, against those that were sent. The
-- `digest` of an e-mail is its key under Google's rule and `more` holds its spellings under the
-- plain one where they differ: all are addresses of the one mailbox. The `digest` of a phone is its
-- key in E.164, and `more` Meta's digits, which this list does not take.
WITH suppressed AS (
  SELECT kind, digest, more FROM suppression
  WHERE kind IN ('email', 'phone') AND (until IS NULL OR until > :now::timestamptz)
),
wanted AS (
  SELECT digest AS key FROM suppressed
  UNION
  SELECT unnest(more) FROM suppressed WHERE kind = 'email'
),
sent AS (
  SELECT key, sent_at, confirmed FROM do_not_reach WHERE destination_id = :destination_id::uuid
)
INSERT INTO do_not_reach_plan (key, step)
SELECT
  key,
  CASE
    WHEN wanted.key IS NULL THEN 'remove'
    WHEN sent.confirmed IS NOT TRUE THEN 'add'
    WHEN :again::boolean OR sent.sent_at <= :renew_up_to::timestamptz THEN 'renew'
    ELSE 'unchanged'
  END
FROM wanted FULL JOIN sent USING (key)
