INSERT INTO alert (cause, kind, severity, object_kind, object_name, run_id, opened_at, sentence, next_step)
SELECT cause, kind, severity, object_kind, object_name, run_id, :now::timestamptz, sentence, next_step
FROM jsonb_to_recordset(:alerts::jsonb) AS a(
  cause text, kind text, severity text, object_kind text, object_name text, run_id bigint, sentence text, next_step text
)
ON CONFLICT (cause) WHERE closed_at IS NULL DO NOTHING
