-- The next unconfirmed keys, and whether they are suppressed at this moment (see the plan): a
-- suppression that was lifted since is taken off and not sent.
SELECT
  encode(open.key, 'hex') AS key,
  EXISTS (
    SELECT 1 FROM suppression
    WHERE kind IN ('email', 'phone')
      AND digest = open.key
      AND (until IS NULL OR until > :now::timestamptz)
  )
  OR open.key IN (
    SELECT unnest(more) FROM suppression
    WHERE kind = 'email' AND more <> '{}' AND (until IS NULL OR until > :now::timestamptz)
  ) AS suppressed
FROM (
  SELECT key FROM do_not_reach
  WHERE destination_id = :destination_id::uuid AND NOT confirmed AND key > :after::bytea
  ORDER BY key
  LIMIT :rows::int
) AS open
ORDER BY open.key
