-- The keys that are suppressed now, under every rule. By itself, as those that were sent are.
CREATE TEMP TABLE plan_suppressed ON COMMIT DROP AS
SELECT digest AS key FROM suppression
WHERE digest IS NOT NULL AND (until IS NULL OR until > :now::timestamptz)
UNION
SELECT unnest(more) FROM suppression
WHERE until IS NULL OR until > :now::timestamptz
