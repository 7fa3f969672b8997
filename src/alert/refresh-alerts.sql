-- An open alert says how things are now; nobody is told again for that.
UPDATE alert o
SET severity = a.severity, run_id = a.run_id, sentence = a.sentence, next_step = a.next_step
FROM jsonb_to_recordset(:alerts::jsonb) AS a(cause text, severity text, run_id bigint, sentence text, next_step text)
WHERE o.cause = a.cause
  AND o.closed_at IS NULL
  AND (o.severity, o.run_id, o.sentence, o.next_step) IS DISTINCT FROM (a.severity, a.run_id, a.sentence, a.next_step)
