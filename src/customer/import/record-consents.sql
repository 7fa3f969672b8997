-- Keeps every answer; of those of one moment the strictest.
INSERT INTO consent_record AS known (customer_id, purpose, at, status, source, recorded_at)
SELECT DISTINCT ON (customer_id, purpose, at)
  customer_id, purpose, at, status, source, :now::timestamptz
FROM import_answer
ORDER BY customer_id, purpose, at, strictness DESC, line DESC
ON CONFLICT (customer_id, purpose, at) DO UPDATE SET
  status = excluded.status,
  source = excluded.source,
  recorded_at = excluded.recorded_at
-- Written out: Citus hands no parameters on to this part of a statement.
WHERE array_position('{granted,unknown,denied}', excluded.status)
  > array_position('{granted,unknown,denied}', known.status)
