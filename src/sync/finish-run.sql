UPDATE run SET
  state = :state::text,
  problem = :problem::jsonb,
  finished_at = :now::timestamptz
-- What another process has ended, because this one was thought dead, stays so.
WHERE id = :run_id::bigint AND state IN ('planning', 'delivering', 'held')
