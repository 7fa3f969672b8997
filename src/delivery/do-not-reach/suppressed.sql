-- Those of some keys that are suppressed at this moment (see the plan).
SELECT encode(asked.key, 'hex') AS key
FROM unnest(:keys::bytea[]) AS asked (key)
WHERE EXISTS (
  SELECT 1 FROM suppression
  WHERE kind IN ('email', 'phone')
    AND digest = asked.key
    AND (until IS NULL OR until > :now::timestamptz)
)
OR asked.key IN (
  SELECT unnest(more) FROM suppression
  WHERE kind = 'email' AND more <> '{}' AND (until IS NULL OR until > :now::timestamptz)
)
