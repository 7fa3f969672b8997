-- Rule 6: both arms at first entry, by one statement, before anything is sent. Whoever has an arm
-- keeps it: the key of the table refuses a second one.
INSERT INTO assignment (sync_id, customer_id, arm, salt, holdout, entered_at, run_id)
SELECT
  :sync_id::uuid,
  customer_id,
  CASE standing WHEN 'held_out' THEN 'control' ELSE 'treatment' END,
  :salt::text,
  :holdout::numeric,
  :now::timestamptz,
  :run_id::bigint
FROM plan_candidate
WHERE enters
