-- The sync's own holdout leaves the wanted set.
UPDATE plan_candidate c
SET standing = 'held_out'
FROM assignment a
WHERE a.sync_id = :sync_id::uuid
  AND a.customer_id = c.customer_id
  AND a.arm = 'control'
  AND c.standing = 'eligible'
