UPDATE alert o
SET closed_at = :now::timestamptz, recovery = a.recovery
FROM jsonb_to_recordset(:alerts::jsonb) AS a(cause text, recovery text)
WHERE o.cause = a.cause AND o.closed_at IS NULL
