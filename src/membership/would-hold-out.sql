-- A dry run writes no arms: whoever has none yet is counted by the arm that they would get.
UPDATE plan_candidate c
SET standing = 'held_out'
WHERE c.standing = 'eligible'
  AND arm_fraction(:salt::text, c.customer_id) < :holdout::float8
  AND NOT EXISTS (
    SELECT 1 FROM assignment a
    WHERE a.sync_id = :sync_id::uuid AND a.customer_id = c.customer_id
  )
