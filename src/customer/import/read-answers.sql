-- One row an answer. `strictness` settles answers of one moment: denied before unknown before
-- granted, since a no may not be lost to the order of lines or files.
INSERT INTO import_answer (line, customer_id, purpose, status, strictness, source, at)
SELECT
  staged.line, staged.customer_id, said.purpose, said.status,
  array_position(:statuses::text[], said.status),
  staged.source,
  -- A wall clock of a repeated or skipped hour may be read as up to an hour ahead.
  least(
    coalesce(staged.at_exactly, staged.at_locally AT TIME ZONE :timezone), :now::timestamptz
  )
FROM import_consent AS staged
CROSS JOIN LATERAL unnest(staged.purposes, staged.statuses) AS said (purpose, status)
