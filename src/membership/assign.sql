-- Rule 6: both arms at first entry, by one statement, before anything is sent. Whoever has an arm
-- keeps it.
INSERT INTO assignment (sync_id, customer_id, arm, salt, holdout, entered_at, run_id)
SELECT
  :sync_id::uuid,
  c.customer_id,
  CASE
    WHEN arm_fraction(:salt::text, c.customer_id) < :holdout::float8 THEN 'control'
    ELSE 'treatment'
  END,
  :salt::text,
  :holdout::numeric,
  :now::timestamptz,
  :run_id::bigint
FROM plan_candidate c
WHERE c.standing = 'eligible'
ON CONFLICT (sync_id, customer_id) DO NOTHING
