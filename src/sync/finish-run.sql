UPDATE run SET
  state = :state::text,
  problem = :problem::jsonb,
  finished_at = :now::timestamptz
WHERE id = :run_id::bigint
